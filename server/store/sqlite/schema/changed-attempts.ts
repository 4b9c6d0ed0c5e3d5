/** A step of the schema: what was changed, or went elsewhere, no longer passes for the app's answer to the delivery. */
import type { Database } from 'better-sqlite3'
import { changesIn } from '../../../../core/deliveries/attempt-changes.ts'
import { readHeaders } from '../../rows.ts'

/** What `changedAttemptsSchema` calls, on this connection. What does not read, or is not there, does not pass for the same. */
export function addChangesFunction(db: Database): void {
  const read = (method: unknown, headers: unknown) => ({
    method: String(method),
    headers: readHeaders(String(headers)),
  })
  db.function('attempt_changes', (method, headers, sentMethod, sentHeaders, isSameBody) => {
    try {
      return JSON.stringify(changesIn(read(method, headers), read(sentMethod, sentHeaders), isSameBody === 1))
    } catch {
      return '["headers"]'
    }
  })
}

export const changedAttemptsSchema = `
  -- What was sent differently from what came, a JSON array; and whether it was sent as it came to where deliveries are forwarded.
  ALTER TABLE attempt ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE attempt ADD COLUMN own INTEGER NOT NULL DEFAULT 1;
  UPDATE attempt SET changes = coalesce((
    SELECT attempt_changes(r.method, r.headers, c.method, c.request_headers, c.request_body IS NULL)
    FROM attempt_content c JOIN arrival r ON r.id = attempt.delivery WHERE c.id = attempt.id), '["headers"]')
  WHERE source = 'replay';
  UPDATE attempt SET own = changes = '[]' AND EXISTS (
    SELECT 1 FROM attempt f WHERE f.delivery = attempt.delivery AND f.source = 'forward' AND f.target = attempt.target)
  WHERE source = 'replay';
  UPDATE attempt SET former = 0 WHERE former = 1 AND NOT EXISTS (SELECT 1 FROM attempt g
    WHERE g.delivery = attempt.delivery AND g.changes = '[]' AND g.id > attempt.id
      AND g.outcome = 'answered' AND g.status BETWEEN 200 AND 299);
  UPDATE delivery SET (last_attempt, last_outcome, last_status) = (SELECT a.id, a.outcome, a.status FROM attempt a
    WHERE a.former = 0 AND a.id IN (SELECT max(t.id) FROM attempt t
      WHERE t.delivery = delivery.id AND t.changes = '[]' GROUP BY t.target)
    ORDER BY a.own DESC,
      a.own = 1 AND a.outcome <> 'pending' AND (a.outcome <> 'answered' OR a.status NOT BETWEEN 200 AND 299) DESC,
      a.own = 1 AND a.outcome = 'pending' DESC, a.id DESC
    LIMIT 1)
  WHERE id IN (SELECT delivery FROM attempt WHERE source = 'replay');
`
