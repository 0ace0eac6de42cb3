/** What one input does to a transaction: the arrow of the RFC's figure, with its actions in order. */
export interface Step<State extends string, Action extends string> {
  readonly state: State;
  readonly actions: readonly Action[];
}

/** The arrows that leave each state. An input without an arrow is ignored. */
export type TransitionTable<State extends string, Input extends string, Action extends string> = {
  readonly [S in State]: { readonly [I in Input]?: Step<State, Action> };
};

/** Builds an arrow once, at load, so that following it allocates nothing. */
export function step<State extends string, Action extends string>(
  state: State,
  ...actions: readonly Action[]
): Step<State, Action> {
  return { state, actions };
}
