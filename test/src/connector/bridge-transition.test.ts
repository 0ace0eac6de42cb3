import { bridgeTransition } from '../../../src/connector/bridge-transition.ts';
import { describeFigure } from '../../support/state-machine-table.ts';

describeFigure(
  'the two legs of a trunk call',
  bridgeTransition,
  ['routing', 'ringing', 'up', 'over'],
  [
    'callee-ringing',
    'callee-early-media',
    'callee-answered',
    'route-failed',
    'callee-refused',
    'routes-exhausted',
    'answer-timeout',
    'caller-gone',
    'callee-gone',
  ],
  [
    // Nobody rings yet: a route that fails is replaced without a word to the caller.
    ['routing', 'callee-ringing', 'ringing', 'ring-caller'],
    ['routing', 'callee-early-media', 'ringing', 'open-early-media'],
    ['routing', 'callee-answered', 'up', 'answer-caller'],
    ['routing', 'route-failed', 'routing', 'cancel-callee, try-next-route'],
    ['routing', 'routes-exhausted', 'over', 'refuse-caller'],
    ['routing', 'callee-refused', 'over', 'refuse-caller'],
    ['routing', 'answer-timeout', 'over', 'cancel-callee, refuse-caller'],
    ['routing', 'caller-gone', 'over', 'cancel-callee'],
    ['ringing', 'callee-ringing', 'ringing', 'ring-caller'],
    ['ringing', 'callee-early-media', 'ringing', 'open-early-media'],
    ['ringing', 'callee-answered', 'up', 'answer-caller'],
    ['ringing', 'route-failed', 'ringing', 'cancel-callee, try-next-route'],
    ['ringing', 'routes-exhausted', 'over', 'refuse-caller'],
    ['ringing', 'callee-refused', 'over', 'refuse-caller'],
    ['ringing', 'answer-timeout', 'over', 'cancel-callee, refuse-caller'],
    ['ringing', 'caller-gone', 'over', 'cancel-callee'],
    // Both talk: whoever goes, the other is told.
    ['up', 'caller-gone', 'over', 'end-callee'],
    ['up', 'callee-gone', 'over', 'end-caller'],
  ],
);
