/**
 * Which attempt stands for a delivery: the newest. Of the forwards to several targets that are newer than any replay, the last one
 * to each target counts, and the worst of them stands for all: one that failed, else one that runs, else the newest.
 * @param delivery an SQL expression for its id
 * @returns a SELECT of id, outcome and status
 */
export const shownAttempt = (delivery: string) => `SELECT a.id, a.outcome, a.status FROM attempt a
  WHERE a.delivery = ${delivery}
    AND a.id >= coalesce((SELECT max(r.id) FROM attempt r WHERE r.delivery = ${delivery} AND r.source <> 'forward'), 0)
    AND NOT EXISTS (SELECT 1 FROM attempt l
      WHERE l.delivery = ${delivery} AND l.source = 'forward' AND l.target = a.target AND l.id > a.id)
  ORDER BY a.source = 'forward' DESC,
    a.outcome <> 'pending' AND (a.outcome <> 'answered' OR a.status NOT BETWEEN 200 AND 299) DESC,
    a.outcome = 'pending' DESC, a.id DESC
  LIMIT 1`
