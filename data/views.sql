-- Schema `main`: the flat views, the only thing a user must know. Run by the build after the tables are loaded.
-- Column meanings: dictionary.csv. Those that join are materialised: planning the joins would cost a lookup
-- 10 to 20 ms, reading the rows costs 1. They are in the order of their cities, so that a lookup reads its city's part.
-- The columns of a view stand in the order in which its lookup shows them, so that the lookup begins `FROM honours`.

-- The conditions of lookups. What is not asked for is NULL and holds for every row.
CREATE MACRO one_of(wanted, value) AS (wanted IS NULL OR value = ANY(wanted));
CREATE MACRO placed(wanted, district, within) AS
  (wanted IS NULL OR district = ANY(wanted) OR within = ANY(wanted));
CREATE MACRO says(words, text) AS (words IS NULL OR contains(lower(text), lower(words)));

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

-- The time a figure is of, as exactly as it is known: 2025, 2025Q1, 2025Q1–Q3, 2025-06, or the day up to which it is.
CREATE MACRO core.period(year, starts, ends, kind) AS
  CASE kind
    WHEN 'month' THEN strftime(ends, '%Y-%m')
    WHEN 'quarter' THEN strftime(ends, '%Y') || 'Q' || quarter(ends)
    WHEN 'half' THEN strftime(ends, '%Y') || 'H' || (CASE WHEN month(ends) > 6 THEN 2 ELSE 1 END)
    WHEN 'three_quarters' THEN strftime(ends, '%Y') || 'Q1–Q3'
    WHEN 'to_date' THEN coalesce(strftime(ends, '%Y-%m-%d'), year::VARCHAR)
    ELSE coalesce(year::VARCHAR, strftime(ends, '%Y-%m')) END;

-- Every statement on one footing. A table of a new kind of fact is added here; what it has not is NULL.
CREATE VIEW core.statement AS
SELECT fact_id, kind, region_id, industry_id, track_id, project_id, organisation_id, carrier_id,
       source_id, para_no, char_start, para_end, char_end, as_reported, evidence
FROM (
  SELECT 'alignment' AS kind, * FROM core.alignment
  UNION ALL BY NAME SELECT 'carrier' AS kind, * FROM core.carrier
  UNION ALL BY NAME SELECT 'honour' AS kind, * FROM core.honour
  UNION ALL BY NAME SELECT 'mechanism' AS kind, * FROM core.mechanism
  UNION ALL BY NAME SELECT 'milestone' AS kind, * FROM core.milestone
  UNION ALL BY NAME SELECT * FROM core.observation
  UNION ALL BY NAME SELECT 'organisation_role' AS kind, * FROM core.organisation_role
  UNION ALL BY NAME SELECT 'policy_document' AS kind, * FROM core.policy_document
  UNION ALL BY NAME SELECT 'project' AS kind, * FROM core.project
  UNION ALL BY NAME SELECT 'project_party' AS kind, y.*, j.region_id
  FROM core.project_party y JOIN core.project j ON j.fact_id = y.project_id
  UNION ALL BY NAME SELECT 'project_status' AS kind, z.*, j.region_id
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
  FROM core.system_part r JOIN core.system y ON y.fact_id = r.system_id JOIN core.source s ON s.source_id = r.source_id
);
COMMENT ON VIEW core.statement IS '全部陈述 | Every statement: its place, what it refers to, its first citation, derived';

CREATE TABLE core.cited AS
SELECT fact_id, kind, region_id, 1 AS ordinal, source_id, para_no, char_start, para_end, char_end, as_reported, evidence
FROM core.statement
UNION ALL BY NAME
SELECT c.* EXCLUDE (note), s.kind, s.region_id FROM core.citation c JOIN core.statement s USING (fact_id);
COMMENT ON TABLE core.cited IS '全部引证 | Every citation of every statement, derived';

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
COMMENT ON TABLE core.shown IS '展示用引证 | The one citation shown for each statement, and its number of sources, derived';

-- A figure in signs, the same in every language: >400 亿元, ≥30 个, ≈20 万平方米, 530+ 亿元, 1000–10000 亿元.
CREATE TABLE core.stated AS
SELECT fact_id, CASE comparator
    WHEN 'eq' THEN v WHEN 'gt' THEN '>' || v WHEN 'ge' THEN '≥' || v WHEN 'lt' THEN '<' || v WHEN 'le' THEN '≤' || v
    WHEN 'approx' THEN '≈' || v WHEN 'excess' THEN v || '+' WHEN 'qualitative' THEN as_reported
    ELSE l || '–' || u END || coalesce(' ' || unit, '') AS stated
FROM (
  SELECT fact_id, comparator, unit, as_reported, regexp_replace(value::VARCHAR, '\.0$', '') AS v,
         regexp_replace(lower::VARCHAR, '\.0$', '') AS l, coalesce(regexp_replace(upper::VARCHAR, '\.0$', ''), '') AS u
  FROM core.observation
);
COMMENT ON TABLE core.stated IS '数字的写法 | Each figure in signs, derived';

CREATE TABLE core.place AS
SELECT r.region_id, c.name AS city, r.name AS district, r.name_en AS district_en, r.adcode, r.level, p.name AS parent,
       CASE WHEN p.level = 'district' THEN p.name END AS within
FROM core.region r JOIN core.region c ON c.region_id = r.city_id LEFT JOIN core.region p ON p.region_id = r.parent_id;
COMMENT ON TABLE core.place IS '地点 | Regions with the names of their city and parent, derived';

CREATE TABLE core.placed_fact AS
SELECT f.fact_id, p.city, p.district, p.within, t.name AS tier, i.name AS industry, k.name AS track,
       j.name AS project, g.name AS organisation, c.name AS carrier
FROM core.statement f
JOIN core.place p USING (region_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = f.track_id
LEFT JOIN core.project j ON j.fact_id = f.project_id
LEFT JOIN core.organisation g USING (organisation_id)
LEFT JOIN core.carrier c ON c.fact_id = f.carrier_id;
COMMENT ON TABLE core.placed_fact IS '陈述的归属 | Every statement with the names of what it refers to, derived';

-- What is known of what became of a target: a verdict before "cannot be told".
CREATE VIEW core.verdict AS
SELECT target_id, coalesce(min(verdict) FILTER (verdict <> 'indeterminate'), min(verdict)) AS verdict
FROM core.target_outcome GROUP BY target_id;
COMMENT ON VIEW core.verdict IS '判定 | The one verdict on each target that has an outcome, derived';

CREATE VIEW release AS
SELECT r.name AS city, l.release, l.released_on, l.content_hash
FROM core.release l, core.region r WHERE r.level = 'city';
COMMENT ON VIEW release IS '数据版本 | The data release in this file, one row a city';

CREATE TABLE alignments AS
SELECT fact_id, p.district, p.within, p.tier, p.industry, p.track, a.local_name, a.stance, a.stance_class, a.strength,
       a.basis, a.modality, a.note, p.city, s.* EXCLUDE (fact_id, known_on)
FROM core.alignment a JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
ORDER BY city, fact_id;
COMMENT ON TABLE alignments IS '产业布局 | One row a bet of a district on an industry or track, in its own words';

CREATE TABLE projects AS
SELECT fact_id, j.name, p.district, p.within, p.tier, p.industry, p.track,
       CASE WHEN j.is_umbrella THEN '总盘子' ELSE '项目' END AS type, j.is_umbrella, p.carrier,
       o.organisation, z.status, z.phase, core.dated(z.status_date, z.status_precision) AS dated,
       z.status_date AS date, z.status_precision AS date_precision, z.n AS statuses, j.note, p.city,
       list_distinct([core.cite(s.source_id, s.para_no),
                      coalesce(core.cite(z.source_id, z.para_no), core.cite(s.source_id, s.para_no))]) AS cites,
       s.* EXCLUDE (fact_id, known_on)
FROM core.project j JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
LEFT JOIN (
  SELECT project_id, string_agg(g.name, '、' ORDER BY y.fact_id) AS organisation
  FROM core.project_party y JOIN core.organisation g USING (organisation_id) GROUP BY project_id
) o ON o.project_id = j.fact_id
LEFT JOIN (
  SELECT *, count(*) OVER (PARTITION BY project_id)::INTEGER AS n
  FROM core.project_status QUALIFY row_number() OVER (PARTITION BY project_id ORDER BY ordinal DESC) = 1
) z ON z.project_id = j.fact_id
ORDER BY city, fact_id;
COMMENT ON TABLE projects IS '项目 | One row a project, with its latest printed status';

CREATE TABLE investments AS
SELECT fact_id, coalesce(p.project, b.subject) AS project, p.district, p.within, p.tier, p.industry, p.track,
       coalesce(j.organisation, p.organisation) AS organisation, w.stated,
       CASE WHEN b.comparator NOT IN ('magnitude', 'between', 'qualitative') THEN b.value_std END AS amount_yi,
       b.lower_std AS lower_yi, b.upper_std AS upper_yi, b.comparator, j.status, b.year, b.year_basis, b.is_umbrella,
       b.note, p.city, s.* EXCLUDE (fact_id, known_on),
       CASE WHEN NOT b.is_umbrella THEN coalesce(lower_yi, amount_yi) END AS addable_yi
FROM core.observation b JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
JOIN core.indicator n ON n.indicator_id = b.indicator_id AND n.class = 'investment'
JOIN core.stated w USING (fact_id)
LEFT JOIN projects j ON j.fact_id = b.project_id
WHERE b.restates IS NULL
ORDER BY city, fact_id;
COMMENT ON TABLE investments IS
  '投资 | One row a total investment, in 亿元; umbrella sums are marked and must not be added to their parts';

-- What targets, forecasts and indicators share; `class` keeps money of projects out of all three.
CREATE VIEW core.figure AS
SELECT fact_id, b.kind, p.district, p.within, p.tier, p.industry, p.track, b.subject, n.name AS indicator, w.stated,
       b.value, b.unit, b.comparator, b.lower, b.upper, b.per, b.filter, b.modality, b.cue, b.after_event, b.year,
       core.period(b.year, b.period_start, b.period_end, b.period_kind) AS dated, b.period_start, b.period_end,
       b.period_kind, b.year_basis, b.value_std, b.unit_std, p.project, p.organisation, p.carrier, b.note, p.city,
       s.* EXCLUDE (fact_id, known_on), s.known_on, b.lower_std, b.upper_std, n.class, b.baseline_id
FROM core.observation b JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
JOIN core.indicator n USING (indicator_id)
JOIN core.stated w USING (fact_id)
WHERE n.class <> 'investment' AND b.restates IS NULL;
COMMENT ON VIEW core.figure IS '数字 | Every figure that is no project money, with the names it refers to';

CREATE TABLE targets AS
SELECT f.fact_id, f.district, f.within, f.tier, f.industry, f.track, f.subject, f.indicator, f.stated, f.value, f.unit,
       f.comparator, f.lower, f.upper, f.per, f.filter, f.modality, f.cue, f.year AS due_year, f.dated,
       coalesce(v.verdict, CASE core.ends(f.period_end, f.year) < l.released_on
         WHEN true THEN 'no_outcome' WHEN false THEN 'not_due' END) AS state,
       f.period_start, f.period_end, f.period_kind, f.year_basis,
       b.value AS baseline_value, b.comparator AS baseline_comparator, b.year AS baseline_year,
       CASE WHEN f.class NOT IN ('share', 'growth') AND b.value_std > 0
         THEN round((f.value_std / b.value_std - 1) * 100, 1) END AS required_growth_pct,
       CASE WHEN f.class IN ('share', 'growth') THEN round(f.value_std - b.value_std, 2) END AS required_points,
       f.value_std, f.unit_std, f.project, f.organisation, f.carrier, f.note, f.city,
       f.source_id, f.para_no, f.as_reported, f.evidence, f.grade, f.n_sources, f.known_on
FROM core.figure f
CROSS JOIN core.release l
LEFT JOIN core.observation b ON b.fact_id = f.baseline_id
LEFT JOIN core.verdict v ON v.target_id = f.fact_id
WHERE f.kind = 'target' ORDER BY city, f.fact_id;
COMMENT ON TABLE targets IS '目标 | One row a target, with the baseline where one is printed';

CREATE TABLE forecasts AS
SELECT * EXCLUDE (known_on, lower_std, upper_std, class, baseline_id) RENAME (year AS due_year)
FROM core.figure WHERE kind IN ('forecast', 'plan', 'capacity') ORDER BY city, fact_id;
COMMENT ON TABLE forecasts IS '预计、规划与产能 | One row a forecast, plan or capacity';

CREATE TABLE indicators AS
SELECT * EXCLUDE (kind, modality, cue, after_event, known_on, lower_std, upper_std, class, baseline_id)
FROM core.figure WHERE kind = 'actual' ORDER BY city, fact_id;
COMMENT ON TABLE indicators IS '实际值 | One row an actual figure';

CREATE TABLE systems AS
SELECT p.fact_id, CASE WHEN y.region_id IS NOT NULL THEN p.district END AS district, p.within, y.code, y.name, r.part,
       r.n, r.part_items, r.complete, y.valid_from, y.valid_to, coalesce(r.note, y.note) AS note, p.city,
       s.* EXCLUDE (fact_id, known_on), r.ordinal, y.fact_id AS system_id
FROM core.system y LEFT JOIN core.system_part r ON r.system_id = y.fact_id
JOIN core.placed_fact p ON p.fact_id = coalesce(r.fact_id, y.fact_id)
JOIN core.shown s ON s.fact_id = p.fact_id
ORDER BY city, system_id, r.ordinal;
COMMENT ON TABLE systems IS '产业体系 | One row a part of a system that a city or district declares for itself';

CREATE TABLE districts AS
SELECT p.district, p.district_en, p.city, p.adcode, p.level, p.parent, p.within,
       -- A system that another document tells with its parts in brackets is told once.
       list_filter(y.systems, lambda name: NOT coalesce(
         list_contains(y.systems, nullif(regexp_replace(name, '（.*）$', ''), name)), false)) AS systems,
       y.cites
FROM core.place p
LEFT JOIN (
  SELECT region_id, list(y.name ORDER BY fact_id) AS systems,
         list(core.cite(s.source_id, s.para_no) ORDER BY fact_id) AS cites
  FROM core.system y JOIN core.shown s USING (fact_id) GROUP BY region_id
) y USING (region_id)
WHERE p.level IN ('district', 'zone') ORDER BY city, p.adcode, p.level, p.region_id;
COMMENT ON TABLE districts IS '区市 | One row a district or zone, with the systems it declares';

CREATE TABLE tracks AS
SELECT fact_id, p.tier, p.industry, k.name AS track, k.name_en AS track_en, k.named_as, k.basis,
       (SELECT count(DISTINCT a.region_id) FROM core.alignment a WHERE a.track_id = k.fact_id)::INTEGER AS districts,
       k.note, p.city, s.* EXCLUDE (fact_id, known_on)
FROM core.track k JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
JOIN core.industry i USING (industry_id)
ORDER BY city, i.ordinal, fact_id;
COMMENT ON TABLE tracks IS '细分赛道 | One row a sub-track or field that a document names';

CREATE TABLE industries AS
SELECT t.name AS tier, t.policy AS tier_policy, i.name AS industry, i.name_en AS industry_en,
       (SELECT count(*) FROM core.track k WHERE k.industry_id = i.industry_id)::INTEGER AS named_tracks,
       (SELECT count(DISTINCT a.region_id) FROM core.alignment a JOIN core.place q USING (region_id)
        WHERE a.industry_id = i.industry_id AND q.level = 'district')::INTEGER AS districts,
       (SELECT sum(n.addable_yi) FROM investments n
        WHERE n.city = p.city AND n.industry = i.name) AS investment_floor_yi,
       (SELECT max(coalesce(g.lower_std, g.value_std)) FROM core.observation g JOIN core.region q USING (region_id)
        WHERE g.kind = 'target' AND g.year = 2027 AND g.indicator_id = 'industry_scale' AND q.level = 'city'
          AND g.industry_id = i.industry_id) AS target_2027,
       i.note, p.city, s.* EXCLUDE (fact_id, known_on)
FROM core.industry i JOIN core.tier t USING (tier_id)
JOIN core.placed_fact p ON p.fact_id = i.industry_id JOIN core.shown s USING (fact_id)
ORDER BY city, t.ordinal, i.ordinal;
COMMENT ON TABLE industries IS '重点产业 | One row an industry of the system, with what is known of it';

CREATE TABLE organisations AS
SELECT fact_id, g.name, g.kind AS type, o.role, o.activity, p.district, p.within, p.tier, p.industry, p.track,
       p.carrier, o.basis, o.note, p.city, s.* EXCLUDE (fact_id, known_on),
       NULL::VARCHAR AS status, NULL::DATE AS date, NULL::VARCHAR AS date_precision
FROM core.organisation_role o JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
JOIN core.organisation g USING (organisation_id)
ORDER BY city, fact_id;
COMMENT ON TABLE organisations IS '机构与企业 | One row a part that an organisation is given in an industry of a place';

CREATE TABLE carriers AS
SELECT fact_id, c.name, c.type, p.district, p.within, p.tier, p.industry, p.track, c.status,
       core.dated(status_date, status_precision) AS dated, status_date AS date, status_precision AS date_precision,
       c.note, p.city, s.* EXCLUDE (fact_id, known_on)
FROM core.carrier c JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
ORDER BY city, fact_id;
COMMENT ON TABLE carriers IS '产业载体 | One row a park, base, centre, platform or cluster';

CREATE TABLE honours AS
SELECT fact_id, h.title, h.holder, p.district, p.within, p.tier, p.industry, p.track, h.level, h.status,
       core.dated(status_date, status_precision) AS dated, status_date AS date, status_precision AS date_precision,
       h.note, p.city, s.* EXCLUDE (fact_id, known_on)
FROM core.honour h JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
ORDER BY city, fact_id;
COMMENT ON TABLE honours IS '荣誉与认定 | One row a recognition, held or sought';

CREATE TABLE milestones AS
SELECT fact_id, m.title, p.district, p.within, p.tier, p.industry, p.track, p.project, p.carrier, p.organisation,
       m.status, CASE m.status WHEN 'due' THEN coalesce(
           v.verdict, CASE WHEN core.last_of(m.due_date, m.due_precision) < l.released_on THEN 'no_outcome' END, 'due')
         ELSE m.status END AS state, m.modality, m.cue,
       CASE WHEN m.reported_by THEN '≤' ELSE '' END || core.dated(m.date, m.date_precision) AS dated,
       m.date, m.date_precision, m.due_date, m.due_precision, m.met_date, m.met_precision, m.reported_by, m.year_basis, m.note, p.city,
       s.* EXCLUDE (fact_id, known_on), s.known_on
FROM (
  SELECT *, coalesce(met_date, due_date) AS date, coalesce(met_precision, due_precision) AS date_precision
  FROM core.milestone
) m JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
CROSS JOIN core.release l
LEFT JOIN core.verdict v ON v.target_id = m.fact_id
ORDER BY city, date NULLS LAST, fact_id;
COMMENT ON TABLE milestones IS '里程碑 | One row an event, done or to come';

CREATE TABLE mechanisms AS
SELECT fact_id, m.name, m.type, p.district, p.within, p.tier, p.industry, m.status,
       core.dated(status_date, status_precision) AS dated, status_date AS date, status_precision AS date_precision,
       m.note, p.city, s.* EXCLUDE (fact_id, known_on)
FROM core.mechanism m JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
ORDER BY city, fact_id;
COMMENT ON TABLE mechanisms IS '工作机制 | One row a layout, working system, body, action or measure';

CREATE TABLE policy_documents AS
SELECT fact_id, m.title, m.type, p.district, p.within, p.tier, p.industry, m.status,
       core.dated(status_date, status_precision) AS dated, status_date AS date, status_precision AS date_precision,
       m.note, p.city, s.* EXCLUDE (fact_id, known_on)
FROM core.policy_document m JOIN core.placed_fact p USING (fact_id) JOIN core.shown s USING (fact_id)
ORDER BY city, fact_id;
COMMENT ON TABLE policy_documents IS '政策文件 | One row a plan or policy, issued or being drawn up';

-- A target is a figure or a milestone to come; its outcome is a later figure or milestone.
CREATE VIEW core.aim AS
SELECT *, core.ends(period_end, year) AS date FROM core.figure WHERE kind IN ('target', 'actual')
UNION ALL BY NAME
SELECT * REPLACE (core.last_of(date, date_precision) AS date), year(m.date)::INTEGER AS year, title AS indicator,
       coalesce(project, organisation, carrier) AS subject,
       CASE status WHEN 'due' THEN 'target' ELSE 'actual' END AS kind
FROM milestones m;
COMMENT ON VIEW core.aim IS
  '目标与实绩 | Figures and milestones on one footing: what is aimed at, what came; date is the last day of its period';

CREATE TABLE outcomes AS
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
JOIN core.aim o ON o.fact_id = x.outcome_id
ORDER BY city, target_fact_id, outcome_fact_id;
COMMENT ON TABLE outcomes IS '目标与结果 | One row a target and what became of it';

CREATE TABLE sources AS
SELECT s.source_id, s.title, s.kind, s.publisher, s.published_from, s.published_to, s.url, s.grade, s.sha256,
       s.paragraphs, s.reprint_of,
       (SELECT count(DISTINCT c.fact_id) FROM core.cited c WHERE c.source_id = s.source_id)::INTEGER AS facts,
       s.note, r.name AS city
FROM core.source s JOIN core.region r ON r.region_id = s.city_id
ORDER BY city, s.source_id;
COMMENT ON TABLE sources IS '来源 | One row a document, with its grade and the number of facts that cite it';

CREATE TABLE citations AS
SELECT c.fact_id, c.kind, p.city, p.district, c.ordinal, c.source_id, s.title, c.para_no, c.char_start, c.para_end,
       c.char_end, c.as_reported, c.evidence, s.grade
FROM core.cited c JOIN core.place p USING (region_id) JOIN core.source s USING (source_id)
ORDER BY city, c.fact_id, c.ordinal;
COMMENT ON TABLE citations IS '引证 | Where each fact is printed: paragraph, offsets, phrase';

CREATE VIEW core.entity AS
SELECT city_id, 'district' AS kind, name, name_en FROM core.region WHERE level <> 'province'
UNION ALL SELECT city_id, 'tier', name, name_en FROM core.tier
UNION ALL SELECT t.city_id, 'industry', i.name, i.name_en FROM core.industry i JOIN core.tier t USING (tier_id)
UNION ALL SELECT t.city_id, 'track', k.name, k.name_en
FROM core.track k JOIN core.industry i USING (industry_id) JOIN core.tier t USING (tier_id)
UNION ALL SELECT r.region_id, 'indicator', n.name, n.name_en
FROM core.indicator n, core.region r WHERE r.level = 'city';
COMMENT ON VIEW core.entity IS '体系的名称 | Names of the system and of places, with their English, derived';

CREATE VIEW aliases AS
SELECT r.name AS city, a.kind, a.name, a.alias, a.form
FROM (
  SELECT city_id, kind, name, alias, form FROM core.alias
  UNION
  SELECT city_id, kind, name, name_en, 'english' FROM core.entity WHERE name_en IS NOT NULL
) a JOIN core.region r ON r.region_id = a.city_id
ORDER BY r.name, a.kind, a.name, a.alias;
COMMENT ON VIEW aliases IS '别名 | What people type for a name';

-- What lists of other people's are joined through: they write the name itself or an alias of it.
CREATE VIEW spellings AS
SELECT city, kind, name, lower(alias) AS spelling FROM aliases
UNION SELECT city, kind, name, lower(name) FROM aliases
UNION SELECT city, 'district', district, lower(district) FROM districts
UNION SELECT city, 'organisation', name, lower(name) FROM organisations
UNION SELECT city, 'project', name, lower(name) FROM projects
UNION SELECT city, 'carrier', name, lower(name) FROM carriers
ORDER BY ALL;
COMMENT ON VIEW spellings IS '写法 | Every spelling of a name in small letters: the name itself, short, English';

CREATE TABLE conflicts AS
SELECT x.fact_id, x.other_id, t.district, t.subject, t.indicator, t.stated, o.stated AS other_stated,
       o.subject AS other_subject, t.value, o.value AS other_value, t.unit, x.about, x.note,
       o.source_id AS other_source_id, o.para_no AS other_para_no, o.as_reported AS other_as_reported,
       o.grade AS other_grade, t.city, t.source_id, t.para_no, t.as_reported, t.evidence, t.grade, t.n_sources,
       list_sort(list_distinct([core.cite(t.source_id, t.para_no), core.cite(o.source_id, o.para_no)])) AS cites
FROM core.conflict x JOIN core.figure t ON t.fact_id = x.fact_id JOIN core.figure o ON o.fact_id = x.other_id
ORDER BY city, x.fact_id, x.other_id;
COMMENT ON TABLE conflicts IS '说法不一 | One row a pair of statements that cannot both hold';

CREATE TABLE words AS
SELECT NULL::VARCHAR AS city, column_name, value, zh, en FROM core.word
UNION ALL SELECT NULL, 'kind', kind, zh, en FROM kinds
UNION ALL SELECT DISTINCT CASE WHEN e.kind <> 'indicator' THEN r.name END, e.kind, e.name, e.name, e.name_en
FROM core.entity e JOIN core.region r ON r.region_id = e.city_id
UNION ALL SELECT r.name, 'tier_policy', t.policy, t.policy, t.policy_en
FROM core.tier t JOIN core.region r ON r.region_id = t.city_id WHERE t.policy_en IS NOT NULL
ORDER BY city NULLS FIRST, column_name, value;
COMMENT ON TABLE words IS '词汇 | What codes and names read as, in Chinese and English';

-- Every statement in one shape, for finding things by name; `names` are the parks, projects and organisations in it.
-- A view of a new kind of fact is added here; `section` is the kind, and what a kind has not is NULL.
CREATE TABLE facts AS
WITH reached AS (
  -- What came of a target, where it can be judged: a figure with its time, or the day of the event.
  SELECT target_fact_id AS fact_id, CASE WHEN outcome_value IS NULL THEN outcome_dated ELSE outcome END AS outcome,
         CASE WHEN outcome_value IS NOT NULL AND outcome_date IS DISTINCT FROM target_date
           THEN outcome_dated END AS outcome_dated,
         CASE WHEN basis = 'derived' THEN basis END AS outcome_basis, [core.cite(source_id, para_no)] AS cites
  FROM outcomes WHERE verdict IN ('met', 'not_met', 'reached_early', 'reached_late')
  QUALIFY row_number() OVER (PARTITION BY target_fact_id ORDER BY outcome_date DESC, outcome_fact_id) = 1
), known AS (
  SELECT city, list(name) AS names FROM (
    SELECT city, name FROM projects UNION SELECT city, name FROM carriers UNION SELECT city, name FROM organisations
    UNION SELECT r.name, g.name FROM core.organisation g JOIN core.region r ON r.region_id = g.city_id
  ) GROUP BY city
), figures AS (
  SELECT 'actual' AS section, * FROM indicators
  UNION ALL BY NAME SELECT 'target' AS section, state AS status, * FROM targets LEFT JOIN reached USING (fact_id)
  UNION ALL BY NAME SELECT kind AS section, * FROM forecasts
), shaped AS (
  SELECT 'alignment' AS section, local_name AS item, stance AS detail, stance_class AS status, * FROM alignments
  UNION ALL BY NAME SELECT subject AS item, indicator AS detail, concat_ws('|', project, organisation, carrier) AS owners,
         * FROM figures
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
  UNION ALL BY NAME SELECT 'party' AS section, y.fact_id, j.name AS item, y.role AS detail, g.name AS stated,
         g.name AS owners, y.note, j.city, j.district, j.within, j.tier, j.industry, j.track, s.* EXCLUDE (fact_id)
  FROM core.project_party y JOIN projects j ON j.fact_id = y.project_id JOIN core.shown s ON s.fact_id = y.fact_id
  JOIN core.organisation g USING (organisation_id)
  UNION ALL BY NAME
  -- A state without a date was reached by the day its document was out.
  SELECT 'progress' AS section, z.fact_id, j.name AS item, z.phase AS detail, z.status, z.note,
         coalesce(core.dated(status_date, status_precision), '≤' || coalesce(published_to, published_from)) AS dated,
         concat_ws(' ', project_id, coalesce(core.last_of(status_date, status_precision), published_to, published_from),
                   z.ordinal) AS day,
         concat_ws('|', organisation, carrier) AS owners,
         j.city, j.district, j.within, j.tier, j.industry, j.track, s.* EXCLUDE (fact_id)
  FROM core.project_status z JOIN projects j ON j.fact_id = z.project_id JOIN core.shown s ON s.fact_id = z.fact_id
  JOIN core.source o ON o.source_id = z.source_id
  UNION ALL BY NAME SELECT 'carrier' AS section, name AS item, type AS detail, * FROM carriers
  UNION ALL BY NAME SELECT 'organisation' AS section, name AS item, concat_ws('，', role, activity) AS detail,
         carrier AS owners, * FROM organisations
  UNION ALL BY NAME SELECT 'honour' AS section, title AS item, concat_ws('，', level, holder) AS detail, * FROM honours
  UNION ALL BY NAME SELECT 'milestone' AS section, title AS item,
         concat_ws('|', project, organisation, carrier) AS owners, * REPLACE (state AS status) FROM milestones LEFT JOIN reached USING (fact_id)
  UNION ALL BY NAME SELECT 'mechanism' AS section, name AS item, type AS detail, * FROM mechanisms
  UNION ALL BY NAME SELECT 'policy_document' AS section, title AS item, type AS detail, * FROM policy_documents
  UNION ALL BY NAME
  -- A part that is its one item is told once.
  SELECT 'system' AS section, name AS item,
         concat_ws('：', part, CASE WHEN part_items <> [part] THEN array_to_string(part_items, '、') END) AS detail, *
  FROM systems
), parted AS (
  -- 、 stands between names and within them: what it parts is a name only if something is called so.
  SELECT *, list_concat([item], string_split(item, '、'), string_split(owners, '|'),
                        string_split(replace(owners, '|', '、'), '、')) AS parts FROM shaped
)
SELECT section, district, within, tier, industry, track, item, nullif(detail, '') AS detail, stated, f.value, unit,
       comparator, dated, status, per, filter, outcome, outcome_dated, outcome_basis,
       coalesce(list_filter(core.once(parts), lambda name: list_contains(n.names, name)), []) AS names, fact_id, note, city,
       source_id, para_no, as_reported, evidence, grade, n_sources, cites, k.place, lower, upper,
       is_umbrella, addable_yi
FROM parted f JOIN kinds k ON k.kind = section LEFT JOIN known n USING (city)
ORDER BY city, k.place, day, fact_id, item, detail;
COMMENT ON TABLE facts IS '全部事实 | One row a statement of any kind, in one shape';
