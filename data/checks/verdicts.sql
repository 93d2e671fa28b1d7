-- title: 目标结论可以重算 | Verdicts on targets recompute
-- level: error
-- Met and not met are said only of the same thing in the same period, by comparing bounds; early and late by dates. What
-- the data cannot settle is indeterminate.
WITH statements AS (
  -- Figures and events; `first` and `last` are the first and the last possible day, NULL where it is not known.
  SELECT fact_id, false AS event, kind = 'actual' AS came, coalesce(period_start, make_date(year, 1, 1)) AS first,
         core.ends(period_end, year) AS last, comparator, direction, unit, subject, lower, upper, lower_std, upper_std,
         coalesce(lower_inclusive, true) AS lower_in, coalesce(upper_inclusive, true) AS upper_in,
         {'region': region_id, 'of': indicator_id, 'industry': industry_id, 'per': per, 'filter': filter} AS claim
  FROM core.observation JOIN core.indicator USING (indicator_id)
  UNION ALL BY NAME
  -- One known from a report alone came by that day, nobody knows since when.
  SELECT fact_id, true AS event, came, CASE WHEN NOT reported_by THEN date_trunc(known, day)::DATE END AS first,
         core.last_of(day, known) AS last
  FROM (
    SELECT fact_id, reported_by, status = 'met' AS came, CASE WHEN came THEN met_date ELSE due_date END AS day,
           CASE WHEN came THEN met_precision ELSE due_precision END AS known
    FROM core.milestone
  )
), pairs AS (
  -- What is derived counts in the unit of its target. A target that is a number is a floor where more is better, a
  -- ceiling where less is.
  SELECT t, o, x.* EXCLUDE (basis), derived_value IS NOT NULL AS derived,
         CASE WHEN t.comparator IN ('gt', 'ge') OR t.direction <> 'down'
           THEN CASE WHEN derived THEN t.lower ELSE t.lower_std END END AS floor,
         CASE WHEN t.comparator IN ('lt', 'le') OR t.direction <> 'up'
           THEN CASE WHEN derived THEN t.upper ELSE t.upper_std END END AS ceiling,
         coalesce(derived_value, o.lower_std) AS low, derived OR o.lower_in AS low_in,
         coalesce(derived_value, o.upper_std) AS high, derived OR o.upper_in AS high_in,
         regexp_extract(formula, '^[^0-9÷/×*]*([0-9.]+)[^0-9÷/×*]*([÷/×*])[^0-9÷/×*]*([0-9.]+)[^0-9÷/×*]*$',
           ['one', 'sign', 'other']) AS parts
  FROM core.target_outcome x
  JOIN statements t ON t.fact_id = x.target_id JOIN statements o ON o.fact_id = x.outcome_id
), sides AS (
  -- For certain, or for certain not, or NULL: both may be.
  SELECT *,
         CASE WHEN low > floor OR (low = floor AND (t.lower_in OR NOT low_in)) THEN true
           WHEN high < floor OR (high = floor AND NOT (t.lower_in AND high_in)) THEN false END AS above,
         CASE WHEN high < ceiling OR (high = ceiling AND (t.upper_in OR NOT high_in)) THEN true
           WHEN low > ceiling OR (low = ceiling AND NOT (t.upper_in AND low_in)) THEN false END AS below,
         CASE WHEN coalesce(floor, ceiling) IS NOT NULL
           THEN (floor IS NULL OR above) AND (ceiling IS NULL OR below) END AS reached,
         CASE WHEN t.last >= (SELECT max(released_on) FROM core.release) THEN ['indeterminate', 'not_due', 'on_track']
           WHEN t.last IS NULL THEN ['indeterminate', 'on_track'] ELSE ['indeterminate'] END AS unsettled,
         CASE WHEN parts.sign IN ('×', '*') THEN TRY_CAST(parts.one AS DOUBLE) * TRY_CAST(parts.other AS DOUBLE)
           WHEN parts.sign <> '' THEN TRY_CAST(parts.one AS DOUBLE) / nullif(TRY_CAST(parts.other AS DOUBLE), 0)
             * CASE WHEN t.unit = '%' THEN 100 ELSE 1 END END AS computed,
         -- Half a unit of the last decimal is how far rounding goes.
         abs(computed - derived_value)
           > 0.5 / 10 ** length(split_part(core.plain(derived_value), '.', 2)) + 1e-9 AS miscomputed
  FROM pairs
), judged AS (
  SELECT *, CASE
      WHEN NOT o.came OR comparability <> 'same' THEN unsettled
      WHEN t.event THEN CASE
        WHEN t.last IS NULL THEN ['met']
        WHEN o.last IS NULL THEN unsettled
        WHEN o.last < t.first THEN ['reached_early']
        WHEN o.last <= t.last THEN ['met']
        -- Reported after the day: it may have come before.
        WHEN o.first IS NULL THEN ['indeterminate', 'reached_late']
        WHEN o.first > t.last THEN ['reached_late'] ELSE ['indeterminate'] END
      WHEN NOT derived AND (o.event OR t.claim IS DISTINCT FROM o.claim) THEN unsettled
      WHEN t.last IS NULL OR o.last IS NULL OR reached IS NULL THEN unsettled
      WHEN t.last = o.last AND t.first IS NOT DISTINCT FROM o.first
        THEN [CASE WHEN reached THEN 'met' ELSE 'not_met' END]
      WHEN o.last < t.last THEN CASE WHEN reached THEN ['reached_early'] ELSE unsettled END
      ELSE CASE WHEN reached THEN ['indeterminate', 'reached_late'] ELSE ['indeterminate'] END END AS allowed,
    verdict NOT IN ('indeterminate', 'not_due', 'on_track') AND note IS NULL
      AND t.subject IS DISTINCT FROM o.subject AS unexplained
  FROM sides
)
SELECT target_id AS fact_id, outcome_id, verdict,
       CASE WHEN NOT list_contains(allowed, verdict) THEN array_to_string(allowed, ' / ') END AS should_be,
       CASE WHEN miscomputed THEN derived_value END AS derived_value,
       CASE WHEN miscomputed THEN formula || ' = ' || round(computed, 6) END AS formula,
       CASE WHEN unexplained THEN coalesce(t.subject, '—') || ' / ' || coalesce(o.subject, '—') END AS subjects_differ_and_no_note
FROM judged WHERE miscomputed OR unexplained OR NOT list_contains(allowed, verdict)
