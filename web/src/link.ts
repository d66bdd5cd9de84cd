import { mount } from 'svelte';
import './app.css';
import { locale } from './messages/locale.svelte';
import { applyTheme, readTheme } from './theme';
import Shared from './view/Shared.svelte';

applyTheme(readTheme());
const target = document.getElementById('app');
const token = location.pathname.slice(location.pathname.lastIndexOf('/') + 1);
if (target) {
  void locale.begin().then(() => mount(Shared, { target, props: { token } }));
}
