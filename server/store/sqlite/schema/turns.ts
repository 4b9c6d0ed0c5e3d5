/** A step of the schema: the events of one scenario go out one after the other. */
export const turnsSchema = `
  -- Of the simulation; null when it stands alone, and once its first try is over: then it holds up nobody.
  ALTER TABLE simulated ADD COLUMN scenario INTEGER;
  -- 1: another one of its scenario goes first.
  ALTER TABLE simulated ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX simulated_scenario ON simulated (simulation, scenario, lane) WHERE scenario IS NOT NULL;
  DROP INDEX simulated_next;
  CREATE INDEX simulated_next ON simulated (lane, due_at, place) WHERE state = 'waiting' AND held = 0;
`
