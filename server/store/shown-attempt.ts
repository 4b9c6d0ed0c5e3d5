/**
 * Which attempt stands for a delivery: the worst of the newest ones at the targets that count, by the rule of
 * `worstByTarget`: one that failed, else one that runs, else the newest.
 * @param delivery an SQL expression for its id
 * @returns a SELECT of id, outcome and status
 */
export const shownAttempt = (delivery: string) => `SELECT a.id, a.outcome, a.status FROM attempt a
  WHERE a.id IN (SELECT max(t.id) FROM attempt t WHERE t.delivery = ${delivery} GROUP BY t.target
    HAVING max(t.source = 'forward') = 1
      OR max(t.id) = (SELECT max(n.id) FROM attempt n WHERE n.delivery = ${delivery}))
  ORDER BY a.outcome <> 'pending' AND (a.outcome <> 'answered' OR a.status NOT BETWEEN 200 AND 299) DESC,
    a.outcome = 'pending' DESC, a.id DESC
  LIMIT 1`
