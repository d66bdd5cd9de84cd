import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { install } from './install';

const target = document.getElementById('app');
if (target) {
  mount(App, { target });
  install();
}
