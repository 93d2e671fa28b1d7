-- Schema `main`: the flat views, the only thing a user must know. Run by the build after the tables are loaded.
-- What they mean: dictionary.csv. Those that join are materialised: planning the joins would cost a lookup 10 to 20 ms,
-- reading the rows costs 1. They are in the order of their cities, so that a lookup reads its city's part.
-- The columns of a view stand in the order in which its lookup shows them, so that the lookup begins `FROM honours`.

-- The conditions of lookups. What is not asked for is NULL and holds for every row.
CREATE MACRO one_of(wanted, value) AS (wanted IS NULL OR value = ANY(wanted));
CREATE MACRO placed(wanted, district, within) AS
  (wanted IS NULL OR district = ANY(wanted) OR within = ANY(wanted));
-- Rows of the years that are wanted; `undated` gives those without a year: alone, or with the years too.
CREATE MACRO of_year(years, year, undated) AS
  CASE WHEN year IS NULL THEN years IS NULL OR undated ELSE coalesce(year = ANY(years), NOT undated, true) END;
CREATE MACRO says(words, text) AS (words IS NULL OR contains(lower(text), lower(words)));

-- What a row counts for: its district, or the zone that was asked for.
CREATE MACRO counts_for(wanted, district, within) AS
  CASE WHEN list_contains(wanted, district) THEN district ELSE coalesce(within, district) END;

-- A paragraph as people cite it: SRC-001#26.
CREATE MACRO core.cite(source_id, para_no) AS source_id || coalesce('#' || para_no, '');

-- What a list holds, each once.
CREATE MACRO core.once(items) AS list_filter(items, lambda x, i: list_position(items, x) = i);

-- A date as far as it is known: 2025, 2025-03, 2025-05-24.
CREATE MACRO core.dated(day, known) AS
  CASE known WHEN 'year' THEN strftime(day, '%Y') WHEN 'month' THEN strftime(day, '%Y-%m')
    ELSE strftime(day, '%Y-%m-%d') END;

-- The last day of what is known to the day, month or year.
CREATE MACRO core.last_of(day, known) AS
  CASE known WHEN 'year' THEN make_date(year(day), 12, 31) WHEN 'month' THEN last_day(day) ELSE day END;

-- The last day of the time a figure is of.
CREATE MACRO core.ends(period_end, year) AS coalesce(period_end, make_date(year, 12, 31));

-- The time a figure is of, as exactly as it is known: 2025, 2025Q1, 2025Q1-Q3, 2025-06, or the day up to which it is.
CREATE MACRO core.period(year, ends, kind) AS
  CASE kind
    WHEN 'month' THEN strftime(ends, '%Y-%m')
    WHEN 'quarter' THEN strftime(ends, '%Y') || 'Q' || quarter(ends)
    WHEN 'half' THEN strftime(ends, '%Y') || 'H' || (CASE WHEN month(ends) > 6 THEN 2 ELSE 1 END)
    WHEN 'three_quarters' THEN strftime(ends, '%Y') || 'Q1-Q3'
    WHEN 'to_date' THEN coalesce(strftime(ends, '%Y-%m-%d'), year::VARCHAR)
    ELSE coalesce(year::VARCHAR, strftime(ends, '%Y-%m')) END;

-- A figure in signs, the same in every language: >400 亿元, >=30 个, ~20 万平方米, 530+ 亿元, 1000-10000 亿元.
CREATE MACRO core.plain(number) AS regexp_replace(number::VARCHAR, '\.0$', '');
CREATE MACRO core.in_signs(comparator, value, lower, upper, unit, as_reported) AS
  CASE comparator
    WHEN 'eq' THEN core.plain(value) WHEN 'approx' THEN '~' || core.plain(value)
    WHEN 'gt' THEN '>' || core.plain(value) WHEN 'ge' THEN '>=' || core.plain(value)
    WHEN 'lt' THEN '<' || core.plain(value) WHEN 'le' THEN '<=' || core.plain(value)
    WHEN 'excess' THEN core.plain(value) || '+' WHEN 'qualitative' THEN as_reported
    ELSE core.plain(lower) || '-' || coalesce(core.plain(upper), '') END || coalesce(' ' || unit, '');

-- Every statement with all that its table has. A table of a new kind of fact is added here.
CREATE VIEW core.statement AS
SELECT 'alignment' AS kind, * FROM core.alignment
UNION ALL BY NAME SELECT 'carrier' AS kind, * FROM core.carrier
UNION ALL BY NAME SELECT 'honour' AS kind, * FROM core.honour
UNION ALL BY NAME SELECT 'mechanism' AS kind, * FROM core.mechanism
UNION ALL BY NAME SELECT 'milestone' AS kind, * FROM core.milestone
UNION ALL BY NAME SELECT * FROM core.observation
UNION ALL BY NAME SELECT 'organisation_role' AS kind, * FROM core.organisation_role
UNION ALL BY NAME SELECT 'policy_document' AS kind, * FROM core.policy_document
UNION ALL BY NAME SELECT 'project' AS kind, * FROM core.project
UNION ALL BY NAME SELECT 'project_party' AS kind, y.*, j.region_id, j.industry_id, j.track_id
  FROM core.project_party y JOIN core.project j ON j.fact_id = y.project_id
UNION ALL BY NAME SELECT 'project_status' AS kind, z.*, j.region_id, j.industry_id, j.track_id
  FROM core.project_status z JOIN core.project j ON j.fact_id = z.project_id
UNION ALL BY NAME SELECT 'declared' AS kind, city_id AS region_id, * FROM core.declared
UNION ALL BY NAME SELECT 'tier' AS kind, tier_id AS fact_id, city_id AS region_id, * FROM core.tier
UNION ALL BY NAME SELECT 'industry' AS kind, industry_id AS fact_id, t.city_id AS region_id, i.*
  FROM core.industry i JOIN core.tier t USING (tier_id)
UNION ALL BY NAME SELECT 'track' AS kind, t.city_id AS region_id, k.*
  FROM core.track k JOIN core.industry i USING (industry_id) JOIN core.tier t USING (tier_id)
-- The document of a system need not say whose it is: then it is the city's.
UNION ALL BY NAME SELECT 'system' AS kind, y.* REPLACE (coalesce(y.region_id, s.city_id) AS region_id)
  FROM core.system y JOIN core.source s USING (source_id)
UNION ALL BY NAME SELECT 'system_part' AS kind, coalesce(y.region_id, s.city_id) AS region_id, r.*
  FROM core.system_part r JOIN core.system y ON y.fact_id = r.system_id JOIN core.source s ON s.source_id = r.source_id;

CREATE TABLE core.cited AS
SELECT fact_id, kind, region_id, 1 AS ordinal, source_id, para_no, char_start, para_end, char_end, as_reported, evidence
FROM core.statement
UNION ALL BY NAME
SELECT c.* EXCLUDE (note), s.kind, s.region_id FROM core.citation c JOIN core.statement s USING (fact_id);

-- Per statement the citation that is shown: best evidence, best grade, earliest.
CREATE TABLE core.shown AS
SELECT c.fact_id, c.source_id, c.para_no, c.as_reported, c.evidence, s.grade, n.n_sources, n.known_on
FROM core.cited c
JOIN core.source s USING (source_id)
JOIN (
  -- Known for sure from the day by which the first of its documents was out; NULL where none is dated.
  SELECT fact_id, count(DISTINCT coalesce(reprint_of, source_id))::INTEGER AS n_sources,
         min(coalesce(published_to, published_from)) AS known_on
  FROM core.cited JOIN core.source USING (source_id) GROUP BY fact_id
) n USING (fact_id)
QUALIFY row_number() OVER (
  PARTITION BY c.fact_id ORDER BY list_position(['offsets', 'phrase', 'figure'], c.evidence), s.grade,
  s.published_from, c.ordinal) = 1;

CREATE TABLE core.place AS
SELECT r.region_id, c.name AS city, r.name AS district, r.name_en AS district_en, r.adcode, r.level, p.name AS parent,
       CASE WHEN p.level = 'district' THEN p.name END AS within
FROM core.region r JOIN core.region c ON c.region_id = r.city_id LEFT JOIN core.region p ON p.region_id = r.parent_id;

-- Every statement as `statement` has it, with the names of what it refers to and its shown citation.
CREATE VIEW core.placed_fact AS
SELECT f.* EXCLUDE (source_id, para_no, char_start, para_end, char_end, as_reported, evidence), p.city, p.district,
       p.within, t.name AS tier, i.name AS industry, k.name AS track, j.name AS project, g.name AS organisation,
       c.name AS carrier, n.name AS indicator, n.class,
       core.in_signs(f.comparator, f.value, f.lower, f.upper, f.unit, f.as_reported) AS stated,
       core.dated(f.status_date, f.status_precision) AS dated, f.status_date AS date,
       f.status_precision AS date_precision, s.* EXCLUDE (fact_id)
FROM core.statement f
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i ON i.industry_id = f.industry_id
LEFT JOIN core.tier t ON t.tier_id = i.tier_id
LEFT JOIN core.track k ON k.fact_id = f.track_id
LEFT JOIN core.project j ON j.fact_id = f.project_id
LEFT JOIN core.organisation g ON g.organisation_id = f.organisation_id
LEFT JOIN core.carrier c ON c.fact_id = f.carrier_id
LEFT JOIN core.indicator n ON n.indicator_id = f.indicator_id;

-- Two figures for one claim: all that says what is measured, where and when is the same. Undated actuals may be of
-- different days. `apart` cannot both be true, `alike` say the same.
CREATE VIEW core.claim_pair AS
WITH claim AS (
  SELECT b.*, i.class, coalesce(lower_std, '-infinity'::DOUBLE) AS low, coalesce(upper_std, 'infinity'::DOUBLE) AS high,
    (subject, industry_id, track_id, project_id, organisation_id, carrier_id, per, filter, after_event, year,
     period_start, period_end, period_kind) AS what, (comparator, value_std, lower_std, upper_std) AS figure
  FROM core.observation b JOIN core.indicator i USING (indicator_id)
  WHERE b.restates IS NULL AND b.comparator <> 'qualitative'
)
SELECT a.fact_id, b.fact_id AS other_id, a.as_reported, b.as_reported AS other_as_reported,
  a.high < b.low OR b.high < a.low OR (a.high = b.low AND NOT (a.upper_inclusive AND b.lower_inclusive))
    OR (b.high = a.low AND NOT (b.upper_inclusive AND a.lower_inclusive)) AS apart,
  a.figure IS NOT DISTINCT FROM b.figure AS alike
FROM claim a JOIN claim b ON a.fact_id < b.fact_id AND a.kind = b.kind AND a.region_id = b.region_id
  AND a.indicator_id = b.indicator_id AND a.what IS NOT DISTINCT FROM b.what
WHERE a.year IS NOT NULL OR a.class = 'investment' OR a.kind <> 'actual';

CREATE VIEW release AS
SELECT r.name AS city, l.release, l.released_on, l.content_hash
FROM core.release l, core.region r WHERE r.level = 'city';

CREATE TABLE alignments AS
SELECT fact_id, district, within, tier, industry, track, local_name, stance, stance_class, strength, basis, modality,
       note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.placed_fact WHERE kind = 'alignment' ORDER BY city, fact_id;

CREATE TABLE projects AS
SELECT f.fact_id, f.name, district, within, tier, industry, track,
       CASE WHEN is_umbrella THEN '总盘子' ELSE '项目' END AS type, is_umbrella, carrier, o.organisation, z.status, z.phase,
       core.dated(z.status_date, z.status_precision) AS dated, z.status_date AS date,
       z.status_precision AS date_precision, z.n AS statuses, m.amount_stated, m.amount_cite, f.note, city,
       core.once(list_filter([core.cite(f.source_id, f.para_no), amount_cite, core.cite(z.source_id, z.para_no)],
         lambda cite: cite IS NOT NULL)) AS cites,
       f.source_id, f.para_no, f.as_reported, f.evidence, grade, n_sources
FROM core.placed_fact f
LEFT JOIN (
  SELECT project_id, string_agg(g.name, '、' ORDER BY y.fact_id) AS organisation
  FROM core.project_party y JOIN core.organisation g USING (organisation_id) GROUP BY project_id
) o ON o.project_id = f.fact_id
LEFT JOIN (
  SELECT *, count(*) OVER (PARTITION BY project_id)::INTEGER AS n
  FROM core.project_status QUALIFY row_number() OVER (PARTITION BY project_id ORDER BY ordinal DESC) = 1
) z ON z.project_id = f.fact_id
LEFT JOIN (
  SELECT project_id, arg_max(stated, coalesce(lower_std, value_std, 0)) AS amount_stated,
         arg_max(core.cite(source_id, para_no), coalesce(lower_std, value_std, 0)) AS amount_cite
  FROM core.placed_fact WHERE class = 'investment' AND restates IS NULL GROUP BY project_id
) m ON m.project_id = f.fact_id
WHERE f.kind = 'project' ORDER BY city, f.fact_id;

CREATE TABLE investments AS
SELECT f.fact_id, coalesce(f.project, f.subject) AS project, f.district, f.within, f.tier, f.industry, f.track,
       coalesce(j.organisation, f.organisation) AS organisation, f.stated,
       CASE WHEN f.comparator NOT IN ('magnitude', 'between', 'qualitative') THEN f.value_std END AS amount_yi,
       f.lower_std AS lower_yi, f.upper_std AS upper_yi, f.comparator,
       core.in_signs(f.comparator, f.value_std, f.lower_std, f.upper_std, NULL, f.as_reported) AS stated_yi, j.status, f.year, f.year_basis, f.is_umbrella,
       f.note, f.city, f.source_id, f.para_no, f.as_reported, f.evidence, f.grade, f.n_sources,
       CASE WHEN NOT f.is_umbrella THEN coalesce(lower_yi, amount_yi) END AS addable_yi
FROM core.placed_fact f LEFT JOIN projects j ON j.fact_id = f.project_id
WHERE f.class = 'investment' AND f.restates IS NULL ORDER BY f.city, f.fact_id;

-- What targets, forecasts and indicators share; `class` keeps money of projects out of all three.
CREATE VIEW core.figure AS
SELECT fact_id, kind, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator,
       lower, upper, per, filter, modality, cue, after_event, year, core.period(year, period_end, period_kind) AS dated,
       period_start, period_end, period_kind, year_basis, value_std, unit_std, project, organisation, carrier, note,
       city, source_id, para_no, as_reported, evidence, grade, n_sources, known_on, lower_std, upper_std, class,
       baseline_id
FROM core.placed_fact WHERE class <> 'investment' AND restates IS NULL;

-- Events with the day by which they are due or on which they came.
CREATE VIEW core.event AS
SELECT * REPLACE (coalesce(met_date, due_date) AS date, coalesce(met_precision, due_precision) AS date_precision),
       CASE WHEN reported_by THEN '<=' ELSE '' END ||
         core.dated(coalesce(met_date, due_date), coalesce(met_precision, due_precision)) AS came
FROM core.placed_fact WHERE kind = 'milestone';

-- A target is a figure or an event to come; a figure or event that it was compared with is its outcome or is related.
CREATE VIEW core.aim AS
SELECT *, core.ends(period_end, year) AS date FROM core.figure WHERE kind IN ('target', 'actual')
UNION ALL BY NAME
SELECT * REPLACE (core.last_of(date, date_precision) AS date, year(m.date)::INTEGER AS year, title AS indicator,
                  coalesce(project, organisation, carrier) AS subject, came AS dated,
                  CASE status WHEN 'due' THEN 'target' ELSE 'actual' END AS kind)
FROM core.event m;

CREATE VIEW core.pair AS
SELECT x.target_id AS target_fact_id, x.outcome_id AS outcome_fact_id, t.district, t.within, t.tier, t.industry,
       t.track, t.subject, t.indicator, t.stated AS target,
       coalesce(x.derived_value || ' ' || t.unit, o.stated, o.indicator) AS outcome,
       -- What the outcome is of, where that is not what the target is of; a derived one is of the same.
       CASE WHEN x.derived_value IS NULL AND o.stated IS NOT NULL AND o.subject IS DISTINCT FROM t.subject
         THEN o.subject END AS outcome_subject,
       CASE WHEN x.derived_value IS NULL AND o.stated IS NOT NULL AND o.indicator <> t.indicator
         THEN o.indicator END AS outcome_indicator,
       t.value AS target_value, t.comparator AS target_comparator, coalesce(x.derived_value, o.value) AS outcome_value,
       CASE WHEN x.derived_value IS NULL THEN o.comparator ELSE 'eq' END AS outcome_comparator,
       CASE WHEN x.derived_value IS NULL AND o.unit IS DISTINCT FROM t.unit
         THEN concat_ws('; ', t.unit, o.unit) ELSE t.unit END AS unit,
       t.date AS target_date, o.date AS outcome_date, o.dated AS outcome_dated,
       x.verdict, x.comparability, x.basis, x.formula, t.known_on AS target_known_on, o.known_on, x.note, t.city,
       o.source_id, o.para_no, o.as_reported, o.evidence, o.grade, o.n_sources,
       list_sort(list_distinct([core.cite(t.source_id, t.para_no), core.cite(o.source_id, o.para_no)])) AS cites
FROM core.target_outcome x
JOIN core.aim t ON t.fact_id = x.target_id
JOIN core.aim o ON o.fact_id = x.outcome_id;

CREATE TABLE outcomes AS
SELECT * FROM core.pair WHERE comparability = 'same' ORDER BY city, target_fact_id, outcome_fact_id;

-- What became of a target: a verdict before "cannot be told"; its outcome, the reason why there is no verdict, and
-- the figures near it that are no outcome, each with its own source.
CREATE VIEW core.answer AS
SELECT target_fact_id AS fact_id, coalesce(min(verdict) FILTER (verdict <> 'indeterminate'), min(verdict)) AS verdict,
       arg_max(CASE WHEN outcome_value IS NULL AND target_value IS NULL AND unit IS NULL THEN outcome_dated
               WHEN outcome_date = target_date THEN outcome ELSE outcome || coalesce(' (' || outcome_dated || ')', '') END,
               (outcome_date, outcome_fact_id)) FILTER (comparability = 'same') AS outcome_stated,
       arg_max(outcome_dated, (outcome_date, outcome_fact_id)) FILTER (comparability = 'same') AS outcome_dated,
       arg_max(nullif(basis, 'stated'), (outcome_date, outcome_fact_id)) FILTER (comparability = 'same') AS outcome_basis,
       arg_max(core.cite(source_id, para_no), (outcome_date, outcome_fact_id)) FILTER (comparability = 'same')
         AS outcome_cite,
       string_agg(DISTINCT note, '；') FILTER (comparability = 'same') AS verdict_reason,
       list(concat_ws(' ', outcome_subject, outcome_indicator, outcome, '(' || outcome_dated || ')') || coalesce('：' || note, '')
            ORDER BY outcome_date, outcome_fact_id) FILTER (comparability <> 'same') AS related,
       list(core.cite(source_id, para_no)) FILTER (comparability <> 'same') AS related_cites
FROM core.pair GROUP BY target_fact_id;

CREATE TABLE targets AS
SELECT f.fact_id, f.district, f.within, f.tier, f.industry, f.track, f.subject, f.indicator, f.stated, f.value, f.unit,
       f.comparator, f.lower, f.upper, f.per, f.filter, f.modality, f.cue, f.year AS due_year, f.dated,
       b.stated || coalesce(' (' || b.dated || ')', '') AS baseline_stated, b.dated AS baseline_dated, b.value AS baseline_value,
       b.comparator AS baseline_comparator, b.year AS baseline_year,
       CASE WHEN f.class NOT IN ('share', 'growth') AND b.comparator = 'eq' AND b.value_std > 0
         THEN round((f.value_std / b.value_std - 1) * 100, 1) END AS required_growth_pct,
       CASE WHEN f.class IN ('share', 'growth') AND b.comparator = 'eq' THEN round(f.value_std - b.value_std, 2) END AS required_points,
       a.outcome_stated, a.outcome_dated, a.outcome_basis, a.verdict,
       coalesce(a.verdict, CASE core.ends(f.period_end, f.year) < l.released_on
         WHEN true THEN 'no_outcome' WHEN false THEN 'not_due' END) AS state,
       a.verdict_reason, a.related, f.period_start, f.period_end, f.period_kind, f.year_basis,
       f.value_std, f.unit_std, f.project, f.organisation, f.carrier, f.note, f.city,
       f.source_id, f.para_no, f.as_reported, f.evidence, f.grade, f.n_sources, f.known_on,
       core.cite(b.source_id, b.para_no) AS baseline_cite, a.outcome_cite,
       core.once(list_filter(list_concat([core.cite(f.source_id, f.para_no), baseline_cite, a.outcome_cite],
         a.related_cites), lambda cite: cite IS NOT NULL)) AS cites
FROM core.figure f
CROSS JOIN core.release l
LEFT JOIN core.figure b ON b.fact_id = f.baseline_id
LEFT JOIN core.answer a ON a.fact_id = f.fact_id
WHERE f.kind = 'target' ORDER BY f.city, f.fact_id;

CREATE TABLE forecasts AS
SELECT * EXCLUDE (known_on, lower_std, upper_std, class, baseline_id) RENAME (year AS due_year)
FROM core.figure WHERE kind IN ('forecast', 'plan', 'capacity') ORDER BY city, fact_id;

CREATE TABLE indicators AS
SELECT * EXCLUDE (kind, modality, cue, after_event, known_on, lower_std, upper_std, class, baseline_id)
FROM core.figure WHERE kind = 'actual' ORDER BY city, fact_id;

CREATE TABLE systems AS
SELECT f.fact_id, CASE WHEN y.region_id IS NOT NULL THEN f.district END AS district, f.within, y.code, y.name,
       f.part, f.n, len(f.part_items)::INTEGER AS named,
       nullif(concat_ws('，', f.n || ' 项', '点名 ' || coalesce(named, CASE WHEN f.n IS NOT NULL THEN 0 END)), '')
         AS named_of,
       f.part_items, f.complete, y.valid_from, y.valid_to, coalesce(f.note, y.note) AS note, f.city,
       f.source_id, f.para_no, f.as_reported, f.evidence, f.grade, f.n_sources, f.ordinal, y.fact_id AS system_id
FROM core.system y
LEFT JOIN core.system_part r ON r.system_id = y.fact_id
JOIN core.placed_fact f ON f.fact_id = coalesce(r.fact_id, y.fact_id)
ORDER BY f.city, system_id, f.ordinal;

CREATE TABLE districts AS
SELECT p.district, p.district_en, p.city, p.adcode, p.level, p.parent, p.within,
       -- A system that another document tells with its parts in brackets is told once.
       list_filter(y.systems, lambda name: NOT coalesce(
         list_contains(y.systems, nullif(regexp_replace(name, '（.*）$', ''), name)), false)) AS systems,
       core.once(y.codes) AS system_codes, y.cites
FROM core.place p
LEFT JOIN (
  SELECT region_id, list(name ORDER BY fact_id) AS systems, list(code ORDER BY fact_id) AS codes,
         list(core.cite(source_id, para_no) ORDER BY fact_id) AS cites
  FROM core.placed_fact WHERE kind = 'system' GROUP BY region_id
) y USING (region_id)
WHERE p.level IN ('district', 'zone') ORDER BY city, p.adcode, p.level, p.region_id;

CREATE TABLE tracks AS
SELECT f.fact_id, tier, industry, f.name AS track, f.name_en AS track_en, named_as, basis,
       (SELECT count(DISTINCT coalesce(q.within, q.district)) FROM core.alignment a JOIN core.place q USING (region_id)
        WHERE a.track_id = f.fact_id AND q.level <> 'city')::INTEGER AS districts,
       f.note, city, f.source_id, f.para_no, f.as_reported, f.evidence, grade, n_sources
FROM core.placed_fact f JOIN core.industry i USING (industry_id)
WHERE f.kind = 'track' ORDER BY city, i.ordinal, f.fact_id;

CREATE TABLE organisations AS
SELECT f.fact_id, g.name, g.kind AS type, f.role, f.activity, f.district, f.within, f.tier, f.industry, f.track,
       f.carrier, f.basis, f.note, f.city, f.source_id, f.para_no, f.as_reported, f.evidence, f.grade, f.n_sources,
       NULL::VARCHAR AS status, NULL::DATE AS date, NULL::VARCHAR AS date_precision
FROM core.placed_fact f JOIN core.organisation g USING (organisation_id)
WHERE f.kind = 'organisation_role' ORDER BY f.city, f.fact_id;

CREATE TABLE carriers AS
SELECT fact_id, name, type, district, within, tier, industry, track, status, dated, date, date_precision, note,
       city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.placed_fact WHERE kind = 'carrier' ORDER BY city, fact_id;

CREATE TABLE honours AS
SELECT fact_id, title, holder, district, within, tier, industry, track, level, status, dated, date, date_precision,
       note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.placed_fact WHERE kind = 'honour' ORDER BY city, fact_id;

CREATE TABLE milestones AS
SELECT fact_id, title, district, within, tier, industry, track, project, carrier, organisation, status,
       CASE status WHEN 'due' THEN coalesce(
           verdict, CASE WHEN core.last_of(due_date, due_precision) < released_on THEN 'no_outcome' END, 'due')
         ELSE status END AS state, modality, cue, came AS dated, m.date, m.date_precision, outcome_dated, verdict,
       verdict_reason, related, due_date, due_precision, met_date, met_precision, reported_by, year_basis, note, city,
       source_id, para_no, as_reported, evidence, grade, n_sources, known_on, outcome_cite,
       core.once(list_filter(list_concat([core.cite(source_id, para_no), outcome_cite], related_cites),
         lambda cite: cite IS NOT NULL)) AS cites
FROM core.event m CROSS JOIN core.release LEFT JOIN core.answer USING (fact_id)
ORDER BY city, date NULLS LAST, fact_id;

CREATE TABLE mechanisms AS
SELECT fact_id, name, type, district, within, tier, industry, status, dated, date, date_precision, note,
       city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.placed_fact WHERE kind = 'mechanism' ORDER BY city, fact_id;

CREATE TABLE policy_documents AS
SELECT fact_id, title, type, district, within, tier, industry, status, dated, date, date_precision, note,
       city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.placed_fact WHERE kind = 'policy_document' ORDER BY city, fact_id;

CREATE TABLE sources AS
SELECT s.source_id, s.title, s.kind, s.publisher, s.published_from, s.published_to, s.url, s.grade, s.sha256,
       s.paragraphs, s.reprint_of,
       (SELECT count(DISTINCT c.fact_id) FROM core.cited c WHERE c.source_id = s.source_id)::INTEGER AS facts,
       s.note, r.name AS city
FROM core.source s JOIN core.region r ON r.region_id = s.city_id
ORDER BY city, s.source_id;

CREATE TABLE citations AS
SELECT c.fact_id, c.kind, p.city, p.district, c.ordinal, c.source_id, s.title, c.para_no, c.char_start, c.para_end,
       c.char_end, c.as_reported, c.evidence, s.grade
FROM core.cited c JOIN core.place p USING (region_id) JOIN core.source s USING (source_id)
ORDER BY city, c.fact_id, c.ordinal;

CREATE VIEW core.entity AS
SELECT city_id, 'district' AS kind, name, name_en FROM core.region WHERE level <> 'province'
UNION ALL SELECT city_id, 'tier', name, name_en FROM core.tier
UNION ALL SELECT t.city_id, 'industry', i.name, i.name_en FROM core.industry i JOIN core.tier t USING (tier_id)
UNION ALL SELECT t.city_id, 'track', k.name, k.name_en
FROM core.track k JOIN core.industry i USING (industry_id) JOIN core.tier t USING (tier_id)
UNION ALL SELECT r.region_id, 'indicator', n.name, n.name_en
FROM core.indicator n, core.region r WHERE r.level = 'city';

CREATE VIEW aliases AS
SELECT r.name AS city, a.kind, a.name, a.alias, a.form
FROM (
  SELECT city_id, kind, name, alias, form FROM core.alias
  UNION
  SELECT city_id, kind, name, name_en, 'english' FROM core.entity WHERE name_en IS NOT NULL
) a JOIN core.region r ON r.region_id = a.city_id
ORDER BY r.name, a.kind, a.name, a.alias;

-- What lists of other people's are joined through: they write the name itself or an alias of it.
CREATE VIEW spellings AS
SELECT city, kind, name, lower(alias) AS spelling FROM aliases
UNION SELECT city, kind, name, lower(name) FROM aliases
UNION SELECT city, 'district', district, lower(district) FROM districts
UNION SELECT city, 'organisation', name, lower(name) FROM organisations
UNION SELECT city, 'project', name, lower(name) FROM projects
UNION SELECT city, 'carrier', name, lower(name) FROM carriers
ORDER BY ALL;

CREATE TABLE conflicts AS
SELECT x.fact_id, x.other_id, t.district, t.subject, t.indicator, t.stated, o.stated AS other_stated,
       o.subject AS other_subject, t.value, o.value AS other_value, t.unit, x.about, x.note,
       o.source_id AS other_source_id, o.para_no AS other_para_no, o.as_reported AS other_as_reported,
       o.grade AS other_grade, t.city, t.source_id, t.para_no, t.as_reported, t.evidence, t.grade, t.n_sources,
       list_sort(list_distinct([core.cite(t.source_id, t.para_no), core.cite(o.source_id, o.para_no)])) AS cites
FROM core.conflict x JOIN core.figure t ON t.fact_id = x.fact_id JOIN core.figure o ON o.fact_id = x.other_id
ORDER BY city, x.fact_id, x.other_id;

CREATE TABLE words AS
SELECT NULL::VARCHAR AS city, column_name, value, zh, en FROM core.word
UNION ALL SELECT NULL, 'kind', kind, zh, en FROM kinds
UNION ALL SELECT DISTINCT CASE WHEN e.kind <> 'indicator' THEN r.name END, e.kind, e.name, e.name, e.name_en
FROM core.entity e JOIN core.region r ON r.region_id = e.city_id
UNION ALL SELECT r.name, 'tier_policy', t.policy, t.policy, t.policy_en
FROM core.tier t JOIN core.region r ON r.region_id = t.city_id WHERE t.policy_en IS NOT NULL
UNION ALL SELECT DISTINCT city, 'named_of', named_of, named_of, coalesce(named, 0) || coalesce(' of ' || n, '') FROM systems
WHERE named_of IS NOT NULL
ORDER BY city NULLS FIRST, column_name, value;

-- Every statement in one shape, for finding things by name; `names` are the parks, projects and organisations in it.
-- A view of a new kind of fact is added here; `section` is the kind, and what a kind has not is NULL.
CREATE TABLE facts AS
WITH known AS (
  SELECT city, name FROM projects UNION SELECT city, name FROM carriers UNION SELECT city, name FROM organisations
  UNION SELECT r.name, g.name FROM core.organisation g JOIN core.region r ON r.region_id = g.city_id
), figures AS (
  SELECT 'actual' AS section, * FROM indicators
  UNION ALL BY NAME SELECT 'target' AS section, state AS status, outcome_stated AS outcome, * FROM targets
  UNION ALL BY NAME SELECT kind AS section, * FROM forecasts
), shaped AS (
  SELECT 'alignment' AS section, local_name AS item, stance AS detail, stance_class AS status, * FROM alignments
  UNION ALL BY NAME SELECT subject AS item, indicator AS detail,
         concat_ws('|', project, organisation, carrier) AS owners, * FROM figures
  UNION ALL BY NAME SELECT 'investment' AS section, project AS item, CASE WHEN is_umbrella THEN '总盘子' END AS detail,
         amount_yi AS value, '亿元' AS unit, lower_yi AS lower, upper_yi AS upper, year::VARCHAR AS dated,
         organisation AS owners, n.* EXCLUDE (year),
         -- The status is the project's, from its own document.
         CASE WHEN status IS NOT NULL THEN j.cites END AS cites
  FROM investments n
  LEFT JOIN (
    SELECT city, name AS project, first(cites ORDER BY fact_id) AS cites FROM projects GROUP BY ALL
  ) j USING (city, project)
  UNION ALL BY NAME SELECT 'project' AS section, name AS item, concat_ws('，', type, phase) AS detail,
         concat_ws('|', organisation, carrier) AS owners, * FROM projects
  UNION ALL BY NAME SELECT 'party' AS section, project AS item, role AS detail, organisation AS owners,
         * REPLACE (organisation AS stated) FROM core.placed_fact WHERE kind = 'project_party'
  -- A state without a date was reached by the day its document was out.
  UNION ALL BY NAME SELECT 'progress' AS section, project AS item, z.phase AS detail,
         concat_ws(' ', z.project_id, coalesce(core.last_of(z.date, z.date_precision), published_to, published_from),
                   z.ordinal) AS day,
         concat_ws('|', j.organisation, j.carrier) AS owners,
         z.* REPLACE (coalesce(z.dated, '<=' || coalesce(published_to, published_from)) AS dated)
  FROM core.placed_fact z JOIN projects j ON j.fact_id = z.project_id
  JOIN core.project_status y ON y.fact_id = z.fact_id JOIN core.source o ON o.source_id = y.source_id
  UNION ALL BY NAME SELECT 'carrier' AS section, name AS item, type AS detail, * FROM carriers
  UNION ALL BY NAME SELECT 'organisation' AS section, name AS item, concat_ws('，', role, activity) AS detail,
         carrier AS owners, * FROM organisations
  UNION ALL BY NAME SELECT 'honour' AS section, title AS item, concat_ws('，', level, holder) AS detail, * FROM honours
  UNION ALL BY NAME SELECT 'milestone' AS section, title AS item,
         concat_ws('|', project, organisation, carrier) AS owners, * REPLACE (state AS status, NULL AS outcome_dated), outcome_dated AS outcome
  FROM milestones
  UNION ALL BY NAME SELECT 'mechanism' AS section, name AS item, type AS detail, * FROM mechanisms
  UNION ALL BY NAME SELECT 'policy_document' AS section, title AS item, type AS detail, * FROM policy_documents
  -- A part that is its one item, or that only the code names, is told once.
  UNION ALL BY NAME SELECT 'system' AS section, name AS item,
         concat_ws('：', CASE WHEN part <> ALL(string_split(code, '+')) THEN concat_ws(
                     ' ', part, CASE WHEN named < n THEN named || '/' || n END) END,
                   CASE WHEN part_items <> [part] THEN array_to_string(part_items, '、') END) AS detail, *
  FROM systems
), parted AS (
  SELECT *, row_number() OVER () AS number, core.once(
    list_concat([item], string_split(item, '、'), string_split(owners, '|'),
                string_split(replace(owners, '|', '、'), '、'))) AS parts FROM shaped
), named AS (
  -- 、 stands between names and within them: what it parts is a name only if something is called so.
  SELECT number, list(name ORDER BY ordinal) AS names
  FROM (SELECT number, city, unnest(parts) AS name, generate_subscripts(parts, 1) AS ordinal FROM parted)
  SEMI JOIN known USING (city, name) GROUP BY number
)
SELECT section, district, within, tier, industry, track, item, nullif(detail, '') AS detail, stated, f.value, unit,
       comparator, baseline_stated, dated, status, per, filter, outcome, outcome_dated, outcome_basis, coalesce(names, []) AS names,
       fact_id, note, city, source_id, para_no, as_reported, evidence, grade, n_sources, cites, k.place, lower, upper,
       is_umbrella, addable_yi, stated_yi
FROM parted f LEFT JOIN named USING (number) JOIN kinds k ON k.kind = section
ORDER BY city, k.place, day, fact_id, item, detail;

-- After the facts: which districts are active in an industry and yet declare no bet on it.
CREATE TABLE industries AS
SELECT f.tier, t.policy AS tier_policy, f.industry, f.name_en AS industry_en,
       (SELECT count(*) FROM core.track k WHERE k.industry_id = f.industry_id)::INTEGER AS named_tracks,
       coalesce(a.districts, 0)::INTEGER AS districts, a.districts_active, c.districts_claimed, n.investment_floor_yi,
       g.target_2027, g.target_2027_stated, f.note, f.city, f.source_id, f.para_no, f.as_reported, f.evidence, f.grade,
       f.n_sources, n.investment_cites, g.target_2027_cite, c.claim_cite,
       core.once(list_filter(list_concat([core.cite(f.source_id, f.para_no), target_2027_cite, claim_cite],
         investment_cites), lambda cite: cite IS NOT NULL)) AS cites
FROM core.placed_fact f
JOIN core.tier t USING (tier_id)
LEFT JOIN (
  SELECT city, industry, count(*) FILTER (bets) AS districts,
         list(home ORDER BY rows DESC, home) FILTER (NOT bets) AS districts_active
  FROM (
    SELECT city, industry, coalesce(within, district) AS home, count(*) AS rows, bool_or(section = 'alignment') AS bets
    FROM facts WHERE district <> city AND section NOT IN ('party', 'progress') GROUP BY ALL
  ) GROUP BY ALL
) a USING (city, industry)
LEFT JOIN (
  SELECT city, industry, sum(addable_yi) AS investment_floor_yi,
         list(DISTINCT core.cite(source_id, para_no) ORDER BY core.cite(source_id, para_no))
           FILTER (addable_yi IS NOT NULL) AS investment_cites
  FROM investments GROUP BY ALL
) n USING (city, industry)
LEFT JOIN (
  SELECT city, industry, max(coalesce(lower_std, value_std)) AS target_2027,
         arg_max(stated, coalesce(lower_std, value_std)) AS target_2027_stated,
         arg_max(core.cite(source_id, para_no), coalesce(lower_std, value_std)) AS target_2027_cite
  FROM core.figure WHERE kind = 'target' AND year = 2027 AND indicator = '产业规模' AND district = city GROUP BY ALL
) g USING (city, industry)
LEFT JOIN (
  SELECT city, industry, arg_max(concat_ws(' ', stated, '(' || dated || ')'), dated) AS districts_claimed,
         arg_max(core.cite(source_id, para_no), dated) AS claim_cite
  FROM indicators WHERE indicator = '布局区市数' AND district = city GROUP BY ALL
) c USING (city, industry)
WHERE f.kind = 'industry' ORDER BY f.city, t.ordinal, f.ordinal;
