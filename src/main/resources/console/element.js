/**
 * The only way that this console makes elements: children that are not nodes become text, so no data can become markup.
 *
 * Attributes: `onClick` and the like are handlers, `key` tells children of one parent apart when they are drawn anew,
 * `value` and `checked` are set as properties, null and false are left out.
 */
export function element(tag, attributes, ...children) {
  return built(document.createElement(tag), attributes, children);
}

/** The same for the elements of SVG. */
export function shape(tag, attributes, ...children) {
  return built(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** Calls the handlers that a node has now, which need not be those it was made with. */
export function listen(node, handlers) {
  const known = node.handlers ?? {};
  node.handlers = handlers;
  for (const type of Object.keys(handlers)) {
    if (!(type in known)) {
      node.addEventListener(type, (event) => node.handlers[type]?.(event));
    }
  }
}

function built(node, attributes, children) {
  const handlers = {};
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      handlers[name.slice(2).toLowerCase()] = value;
    } else {
      set(node, name, value);
    }
  }
  listen(node, handlers);
  node.append(...children.flat(Infinity).filter(isShown).map(asNode));
  restoreChoice(node, attributes);
  return node;
}

function set(node, name, value) {
  if (name === 'key' || name === 'value' || name === 'checked') {
    node[name] = value;
  }
  const isAttribute = name !== 'key' && name !== 'checked' && isShown(value);
  if (isAttribute) {
    node.setAttribute(name, value === true ? '' : String(value));
  }
}

/** A choice can be set only once its options are there. */
function restoreChoice(node, attributes) {
  if (node instanceof HTMLSelectElement && attributes && 'value' in attributes) {
    node.value = attributes.value;
  }
}

function isShown(value) {
  return value !== null && value !== undefined && value !== false;
}

function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}
