import {listen} from './element.js';

const FIELDS = ['INPUT', 'TEXTAREA', 'SELECT'];

/**
 * Makes a shown node look like a freshly built one and changes only what differs, so that focus, selection, scroll
 * position and open details stay as the user left them. Answers the node that is shown.
 */
export function morph(shown, fresh) {
  if (!isAlike(shown, fresh)) {
    shown.replaceWith(fresh);
    return fresh;
  }
  if (shown.nodeType === Node.TEXT_NODE) {
    morphText(shown, fresh);
    return shown;
  }
  morphAttributes(shown, fresh);
  listen(shown, fresh.handlers ?? {});
  morphChildren(shown, fresh);
  morphField(shown, fresh);
  return shown;
}

function isAlike(shown, fresh) {
  return shown.nodeName === fresh.nodeName && shown.key === fresh.key && shown.type === fresh.type;
}

function morphText(shown, fresh) {
  if (shown.data !== fresh.data) {
    shown.data = fresh.data;
  }
}

function morphAttributes(shown, fresh) {
  for (const {name, value} of fresh.attributes) {
    if (shown.getAttribute(name) !== value) {
      shown.setAttribute(name, value);
    }
  }
  for (const {name} of [...shown.attributes]) {
    if (!fresh.hasAttribute(name) && !isKept(shown, name)) {
      shown.removeAttribute(name);
    }
  }
}

/** What the user opened stays open, and a button whose action lasts stays busy. */
function isKept(shown, name) {
  return (shown.nodeName === 'DETAILS' && name === 'open') || (shown.nodeName === 'BUTTON' && name === 'aria-busy');
}

function morphField(shown, fresh) {
  if (!FIELDS.includes(shown.nodeName)) {
    return;
  }
  if (shown.checked !== fresh.checked) {
    shown.checked = fresh.checked;
  }
  if (shown !== document.activeElement && shown.value !== fresh.value) {
    shown.value = fresh.value;
  }
}

function morphChildren(shown, fresh) {
  const wanted = [...fresh.childNodes];
  const wantedKeys = new Set(wanted.map((child) => child.key));
  const keyed = new Map([...shown.childNodes].filter(hasKey).map((child) => [child.key, child]));
  let place = shown.firstChild;
  for (const child of wanted) {
    while (place && hasKey(place) && !wantedKeys.has(place.key)) {
      place = removed(place);
    }
    const match = hasKey(child) ? keyed.get(child.key) : place && !hasKey(place) ? place : null;
    if (!match) {
      shown.insertBefore(child, place);
    } else if (match === place) {
      place = place.nextSibling;
      morph(match, child);
    } else {
      shown.insertBefore(match, place);
      morph(match, child);
    }
  }
  while (place) {
    place = removed(place);
  }
}

function hasKey(node) {
  return node.key !== undefined;
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
