import * as api from '../api.js';
import {element} from '../element.js';
import {Draft, form, textField} from '../parts/form.js';
import * as session from '../session.js';

export function logInPage({redraw}, onLoggedIn) {
  const draft = new Draft({token: ''}, redraw);

  async function logIn() {
    const token = draft.values.token.trim();
    const isTaken = /^[\x21-\x7e]+$/.test(token) && (await api.accepts(token));
    if (!isTaken) {
      throw new api.ApiError(401, '', {token: ['is not a valid token; make one with: wadi token create NAME']});
    }
    session.begin(token);
    onLoggedIn();
  }

  return {
    title: 'Log In',
    every: 0,
    load: async () => ({}),
    view: () =>
      element(
        'div',
        {class: 'log-in'},
        element('img', {src: '/console/logo.svg', alt: '', width: '44', height: '44'}),
        element('h1', null, 'Log In to Wadi'),
        form(
          draft,
          'Log In',
          logIn,
          {},
          textField(draft, 'token', 'API token', {
            type: 'password',
            hint: 'Kept for this tab only. In the playground it is wadi-playground; elsewhere, make one with: wadi token create NAME',
          }),
        ),
      ),
  };
}
