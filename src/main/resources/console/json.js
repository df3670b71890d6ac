/** A number that JavaScript would change, kept as it was written. */
export class ExactNumber {
  constructor(source) {
    this.source = source;
  }

  toString() {
    return this.source;
  }

  valueOf() {
    return Number(this.source);
  }

  toJSON() {
    return JSON.rawJSON ? JSON.rawJSON(this.source) : this.source;
  }
}

/** Reads JSON without losing a digit: numbers that JavaScript cannot hold become {@link ExactNumber}. */
export function parse(text) {
  return JSON.parse(text, (key, value, context) => {
    const isChanged = typeof value === 'number' && context && context.source !== String(value);
    return isChanged ? new ExactNumber(context.source) : value;
  });
}

/** JSON text on several lines, as it came. */
export function pretty(value, indent = '') {
  const deeper = indent + '  ';
  if (Array.isArray(value)) {
    return enclosed('[', ']', value.map((item) => pretty(item, deeper)), indent);
  }
  if (value instanceof ExactNumber) {
    return value.source;
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${pretty(item, deeper)}`);
    return enclosed('{', '}', fields, indent);
  }
  return JSON.stringify(value);
}

/** JSON text on one line. */
export function compact(value) {
  return pretty(value).replace(/\n\s*/g, ' ');
}

function enclosed(open, close, items, indent) {
  const separator = `,\n${indent}  `;
  return items.length === 0 ? open + close : `${open}\n${indent}  ${items.join(separator)}\n${indent}${close}`;
}
