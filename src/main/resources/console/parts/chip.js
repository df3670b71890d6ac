import {element} from '../element.js';

const KINDS = {
  good: ['streaming', 'running', 'started', 'active', 'ok', 'healthy', 'acked', 'delivered', 'success', 'succeeded', 'insert'],
  warn: ['waiting', 'standby', 'starting', 'resuming', 'retrying', 'suspended', 'degraded', 'update', 'throttled'],
  bad: ['error', 'slot_missing', 'slot_invalidated', 'slot_ahead', 'slot_failed_over', 'slot_unreadable', 'slot_foreign', 'failed', 'failing', 'invalid', 'disabled', 'delete', 'truncate', 'dead'],
};

/** A state as a word in a colour. */
export function chip(state) {
  const word = String(state ?? 'unknown');
  const kind = Object.keys(KINDS).find((name) => KINDS[name].includes(word.toLowerCase())) ?? 'calm';
  return element('span', {class: `chip ${kind}`}, word.replaceAll('_', ' '));
}
