import {element} from './element.js';
import {address} from './router.js';
import {icon} from './parts/icon.js';

/** The tabs, in the order in which data flow. */
const TABS = [
  ['overview', 'Overview'],
  ['pipelines', 'Change Capture Pipelines'],
  ['event_tables', 'Event Tables'],
  ['streams', 'Streams'],
  ['consumer_groups', 'Consumer Groups'],
  ['webhooks', 'Webhooks'],
  ['routes', 'Routes'],
  ['settings', 'Settings'],
];

export function sidebar(onLogOut) {
  const menu = element('button', {class: 'menu', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'tabs'}, 'Menu');
  menu.addEventListener('click', () => setOpen(menu, menu.getAttribute('aria-expanded') !== 'true'));
  window.addEventListener('hashchange', () => setOpen(menu, false));
  return element(
    'header',
    {class: 'sidebar'},
    element(
      'a',
      {class: 'brand', href: address('overview')},
      element('img', {src: '/console/logo.svg', alt: '', width: '26', height: '26'}),
      'Wadi',
    ),
    menu,
    element('nav', {id: 'tabs', 'aria-label': 'Console'}, TABS.map(tab), logOutButton(onLogOut)),
  );
}

/** Marks the tab whose page is shown. */
export function markCurrent(name) {
  for (const link of document.querySelectorAll('#tabs a')) {
    if (link.dataset.tab === name) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
}

function tab([name, title]) {
  return element('a', {href: address(name), 'data-tab': name}, icon(name), title);
}

function logOutButton(onLogOut) {
  return element('button', {class: 'log-out', type: 'button', onClick: onLogOut}, icon('log_out'), 'Log Out');
}

function setOpen(menu, isOpen) {
  menu.setAttribute('aria-expanded', String(isOpen));
  menu.closest('.sidebar').classList.toggle('open', isOpen);
}
