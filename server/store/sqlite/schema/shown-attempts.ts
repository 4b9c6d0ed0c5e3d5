/** Step 11 of the schema: deliveries whose replay to one target hid that another had failed show the failure. */

/** As `shownAttempt` was at this step. */
export const shownAttemptsSchema = `
  UPDATE delivery SET (last_attempt, last_outcome, last_status) = (SELECT a.id, a.outcome, a.status FROM attempt a
    WHERE a.id IN (SELECT max(t.id) FROM attempt t WHERE t.delivery = delivery.id GROUP BY t.target
      HAVING max(t.source = 'forward') = 1
        OR max(t.id) = (SELECT max(n.id) FROM attempt n WHERE n.delivery = delivery.id))
    ORDER BY a.outcome <> 'pending' AND (a.outcome <> 'answered' OR a.status NOT BETWEEN 200 AND 299) DESC,
      a.outcome = 'pending' DESC, a.id DESC
    LIMIT 1)
  WHERE id IN (SELECT delivery FROM attempt GROUP BY delivery HAVING count(DISTINCT target) > 1);
`
