import { mount } from 'svelte';
import './app.css';
import { locale } from './messages/locale.svelte';
import { applyTheme, readTheme } from './theme';
import Docs from './view/Docs.svelte';

applyTheme(readTheme());
const target = document.getElementById('app');
if (target) {
  void locale.begin().then(() => mount(Docs, { target }));
}
