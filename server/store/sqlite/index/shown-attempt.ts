/**
 * Which attempt stands for a delivery, by the rule of `worstByTarget`: of the newest at each target that sent it as it came, one
 * of its own that failed, else one that runs, else the newest of its own, else the newest. Former ones do not count.
 * @param delivery an SQL expression for its id
 * @returns a SELECT of id, outcome and status
 */
export const shownAttempt = (delivery: string) => `SELECT a.id, a.outcome, a.status FROM attempt a
  WHERE a.former = 0 AND a.id IN (SELECT max(t.id) FROM attempt t
    WHERE t.delivery = ${delivery} AND t.changes = '[]' GROUP BY t.target, t.laptop)
  ORDER BY a.own DESC,
    a.own = 1 AND a.outcome <> 'pending' AND (a.outcome <> 'answered' OR a.status NOT BETWEEN 200 AND 299) DESC,
    a.own = 1 AND a.outcome = 'pending' DESC, a.id DESC
  LIMIT 1`
