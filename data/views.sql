-- Schema `main`: the flat views, the only thing a user must know. Run by the build after the tables are loaded.
-- Column meanings: dictionary.csv. Those that join are materialised: planning the joins would cost a lookup
-- 10 to 20 ms, reading the rows costs 1. They are in the order of their cities, so that a lookup reads its city's part.

-- Every citation of every statement, and per statement the one that is shown: best evidence, best grade, earliest.
CREATE TABLE core.cited AS
WITH own AS (
  SELECT tier_id AS fact_id, 'tier' AS kind, city_id AS region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.tier
  UNION ALL SELECT industry_id, 'industry', t.city_id, i.source_id, i.para_no, i.char_start, i.para_end, i.char_end, i.as_reported, i.evidence FROM core.industry i JOIN core.tier t USING (tier_id)
  UNION ALL SELECT fact_id, 'track', t.city_id, k.source_id, k.para_no, k.char_start, k.para_end, k.char_end, k.as_reported, k.evidence FROM core.track k JOIN core.industry i USING (industry_id) JOIN core.tier t USING (tier_id)
  UNION ALL SELECT fact_id, 'declared', city_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.declared
  UNION ALL SELECT fact_id, 'carrier', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.carrier
  UNION ALL SELECT fact_id, 'project', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.project
  UNION ALL SELECT fact_id, 'policy_document', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.policy_document
  UNION ALL SELECT fact_id, 'system', coalesce(y.region_id, s.city_id), y.source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.system y JOIN core.source s USING (source_id)
  UNION ALL SELECT p.fact_id, 'system_part', coalesce(y.region_id, s.city_id), p.source_id, p.para_no, p.char_start, p.para_end, p.char_end, p.as_reported, p.evidence FROM core.system_part p JOIN core.system y ON y.fact_id = p.system_id JOIN core.source s ON s.source_id = p.source_id
  UNION ALL SELECT fact_id, 'alignment', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.alignment
  UNION ALL SELECT fact_id, kind, region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.observation
  UNION ALL SELECT s.fact_id, 'project_status', p.region_id, s.source_id, s.para_no, s.char_start, s.para_end, s.char_end, s.as_reported, s.evidence FROM core.project_status s JOIN core.project p ON p.fact_id = s.project_id
  UNION ALL SELECT s.fact_id, 'project_party', p.region_id, s.source_id, s.para_no, s.char_start, s.para_end, s.char_end, s.as_reported, s.evidence FROM core.project_party s JOIN core.project p ON p.fact_id = s.project_id
  UNION ALL SELECT fact_id, 'organisation_role', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.organisation_role
  UNION ALL SELECT fact_id, 'milestone', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.milestone
  UNION ALL SELECT fact_id, 'honour', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.honour
  UNION ALL SELECT fact_id, 'mechanism', region_id, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM core.mechanism
)
SELECT fact_id, kind, region_id, 1 AS ordinal, source_id, para_no, char_start, para_end, char_end, as_reported, evidence FROM own
UNION ALL
SELECT c.fact_id, o.kind, o.region_id, c.ordinal, c.source_id, c.para_no, c.char_start, c.para_end, c.char_end, c.as_reported, c.evidence
FROM core.citation c JOIN own o USING (fact_id);
COMMENT ON TABLE core.cited IS '全部引证 | Every citation of every statement, derived';

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
  PARTITION BY c.fact_id
  ORDER BY CASE c.evidence WHEN 'offsets' THEN 1 WHEN 'phrase' THEN 2 ELSE 3 END, s.grade, s.published_from, c.ordinal) = 1;
COMMENT ON TABLE core.shown IS '展示用引证 | The one citation shown for each statement, and how many independent sources it has, derived';

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

-- A date as far as it is known: 2025, 2025-03, 2025-05-24.
CREATE MACRO core.dated(day, known) AS
  CASE known WHEN 'year' THEN strftime(day, '%Y') WHEN 'month' THEN strftime(day, '%Y-%m') ELSE strftime(day, '%Y-%m-%d') END;

-- The last day of what is known to the day, month or year.
CREATE MACRO core.last_of(day, known) AS
  CASE known WHEN 'year' THEN make_date(year(day), 12, 31) WHEN 'month' THEN last_day(day) ELSE day END;

-- The time a figure is of, as exactly as it is known: 2025, 2025Q1, 2025Q1–Q3, 2025-06, or the day up to which it counts.
CREATE MACRO core.period(year, starts, ends, kind) AS
  CASE kind
    WHEN 'month' THEN strftime(ends, '%Y-%m')
    WHEN 'quarter' THEN strftime(ends, '%Y') || 'Q' || quarter(ends)
    WHEN 'half' THEN strftime(ends, '%Y') || 'H' || (CASE WHEN month(ends) > 6 THEN 2 ELSE 1 END)
    WHEN 'three_quarters' THEN strftime(ends, '%Y') || 'Q1–Q3'
    WHEN 'to_date' THEN coalesce(strftime(ends, '%Y-%m-%d'), year::VARCHAR)
    ELSE coalesce(year::VARCHAR, strftime(ends, '%Y-%m')) END;

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
SELECT a.fact_id, p.city, p.district, p.within, t.name AS tier, i.name AS industry, k.name AS track, a.local_name,
       a.stance, a.stance_class, a.strength, a.basis, a.modality, a.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.alignment a
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = a.track_id
ORDER BY city, a.fact_id;
COMMENT ON TABLE alignments IS '产业布局 | One row a bet of a district on an industry or track, in its own words';

CREATE TABLE projects AS
SELECT j.fact_id, p.city, p.district, p.within, j.name, t.name AS tier, i.name AS industry, k.name AS track,
       CASE WHEN j.is_umbrella THEN '总盘子' ELSE '项目' END AS type, j.is_umbrella, c.name AS carrier,
       o.organisation, z.status, z.phase, core.dated(z.status_date, z.status_precision) AS dated, z.status_date AS date, z.status_precision AS date_precision, z.n AS statuses, j.note,
       list_distinct([s.source_id || coalesce('#' || s.para_no, ''), coalesce(z.source_id || coalesce('#' || z.para_no, ''), s.source_id || coalesce('#' || s.para_no, ''))]) AS cites,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.project j
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = j.track_id
LEFT JOIN core.carrier c ON c.fact_id = j.carrier_id
LEFT JOIN (
  SELECT project_id, string_agg(g.name, '、' ORDER BY y.fact_id) AS organisation
  FROM core.project_party y JOIN core.organisation g USING (organisation_id) GROUP BY project_id
) o ON o.project_id = j.fact_id
LEFT JOIN (
  SELECT project_id, status, phase, status_date, status_precision, source_id, para_no, count(*) OVER (PARTITION BY project_id)::INTEGER AS n
  FROM core.project_status QUALIFY row_number() OVER (PARTITION BY project_id ORDER BY ordinal DESC) = 1
) z ON z.project_id = j.fact_id
ORDER BY city, j.fact_id;
COMMENT ON TABLE projects IS '项目 | One row a project, with its latest printed status';

CREATE TABLE investments AS
SELECT b.fact_id, p.city, coalesce(j.name, b.subject) AS project, p.district, p.within, t.name AS tier, i.name AS industry,
       k.name AS track, coalesce(j.organisation, g.name) AS organisation, w.stated,
       CASE WHEN b.comparator IN ('magnitude', 'between', 'qualitative') THEN NULL ELSE b.value_std END AS amount_yi,
       b.lower_std AS lower_yi, b.upper_std AS upper_yi, b.comparator, j.status, b.year, b.year_basis, b.is_umbrella, b.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.observation b
JOIN core.indicator n ON n.indicator_id = b.indicator_id AND n.class = 'investment'
JOIN core.stated w USING (fact_id)
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = b.track_id
LEFT JOIN core.organisation g USING (organisation_id)
LEFT JOIN projects j ON j.fact_id = b.project_id
WHERE b.restates IS NULL
ORDER BY city, b.fact_id;
COMMENT ON TABLE investments IS '投资 | One row a total investment, in 亿元; umbrella sums are marked and must not be added to their parts';

-- What targets, forecasts and indicators share; `class` keeps money of projects out of all three.
CREATE VIEW core.figure AS
SELECT b.fact_id, b.kind, p.city, p.district, p.within, t.name AS tier, i.name AS industry, k.name AS track, b.subject,
       n.name AS indicator, w.stated, b.value, b.unit, b.comparator, b.lower, b.upper, b.value_std, b.lower_std, b.upper_std, b.unit_std,
       b.per, b.filter, b.modality, b.cue, b.after_event, b.year, core.period(b.year, b.period_start, b.period_end, b.period_kind) AS dated,
       b.period_start, b.period_end, b.period_kind, b.year_basis,
       j.name AS project, g.name AS organisation, c.name AS carrier, n.class, b.baseline_id, b.note,
       s.known_on, s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.observation b
JOIN core.indicator n USING (indicator_id)
JOIN core.stated w USING (fact_id)
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = b.track_id
LEFT JOIN core.project j ON j.fact_id = b.project_id
LEFT JOIN core.organisation g USING (organisation_id)
LEFT JOIN core.carrier c ON c.fact_id = b.carrier_id
WHERE n.class <> 'investment' AND b.restates IS NULL;
COMMENT ON VIEW core.figure IS '数字 | Every figure that is no project money, with the names it refers to';

CREATE TABLE targets AS
SELECT f.fact_id, f.city, f.district, f.within, f.tier, f.industry, f.track, f.subject, f.indicator, f.stated, f.value, f.unit, f.comparator,
       f.lower, f.upper, f.per, f.filter, f.modality, f.cue, f.year AS due_year, f.dated,
       coalesce(v.verdict, CASE coalesce(f.period_end, make_date(f.year, 12, 31)) < l.released_on WHEN true THEN 'no_outcome' WHEN false THEN 'not_due' END) AS state,
       f.period_start, f.period_end, f.period_kind, f.year_basis,
       b.value AS baseline_value, b.comparator AS baseline_comparator, b.year AS baseline_year,
       CASE WHEN f.class NOT IN ('share', 'growth') AND b.value_std > 0 THEN round((f.value_std / b.value_std - 1) * 100, 1) END AS required_growth_pct,
       CASE WHEN f.class IN ('share', 'growth') THEN round(f.value_std - b.value_std, 2) END AS required_points,
       f.value_std, f.unit_std, f.project, f.organisation, f.carrier, f.known_on, f.note,
       f.source_id, f.para_no, f.as_reported, f.evidence, f.grade, f.n_sources
FROM core.figure f
CROSS JOIN core.release l
LEFT JOIN core.observation b ON b.fact_id = f.baseline_id
LEFT JOIN core.verdict v ON v.target_id = f.fact_id
WHERE f.kind = 'target' ORDER BY city, f.fact_id;
COMMENT ON TABLE targets IS '目标 | One row a target, with the baseline where one is printed';

CREATE TABLE forecasts AS
SELECT fact_id, kind, city, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, lower, upper, per, filter,
       modality, cue, after_event, year AS due_year, dated, period_start, period_end, period_kind, year_basis, value_std, unit_std,
       project, organisation, carrier, note, source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.figure WHERE kind IN ('forecast', 'plan', 'capacity') ORDER BY city, fact_id;
COMMENT ON TABLE forecasts IS '预计、规划与产能 | One row a forecast, plan or capacity';

CREATE TABLE indicators AS
SELECT fact_id, city, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, lower, upper, per, filter,
       year, dated, period_start, period_end, period_kind, year_basis, value_std, unit_std, project, organisation, carrier, note,
       source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.figure WHERE kind = 'actual' ORDER BY city, fact_id;
COMMENT ON TABLE indicators IS '实际值 | One row an actual figure';

CREATE TABLE systems AS
SELECT coalesce(r.fact_id, y.fact_id) AS fact_id, coalesce(p.city, h.name) AS city, p.district, p.within, y.code, y.name,
       r.ordinal, r.part, r.n, r.part_items, r.complete, y.valid_from, y.valid_to, y.fact_id AS system_id, coalesce(r.note, y.note) AS note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.system y
JOIN core.source o USING (source_id)
JOIN core.region h ON h.region_id = o.city_id
LEFT JOIN core.place p ON p.region_id = y.region_id
LEFT JOIN core.system_part r ON r.system_id = y.fact_id
JOIN core.shown s ON s.fact_id = coalesce(r.fact_id, y.fact_id)
ORDER BY city, y.fact_id, r.ordinal;
COMMENT ON TABLE systems IS '产业体系 | One row a part of a system that a city or district declares for itself';

CREATE TABLE districts AS
SELECT p.district, p.district_en, p.city, p.adcode, p.level, p.parent, p.within,
       -- A system that another document tells with its parts in brackets is told once.
       list_filter(y.systems, lambda name: NOT coalesce(list_contains(y.systems, nullif(regexp_replace(name, '（.*）$', ''), name)), false)) AS systems,
       y.cites
FROM core.place p
LEFT JOIN (
  SELECT y.region_id, list(y.name ORDER BY y.fact_id) AS systems, list(s.source_id || coalesce('#' || s.para_no, '') ORDER BY y.fact_id) AS cites
  FROM core.system y JOIN core.shown s USING (fact_id) GROUP BY y.region_id
) y USING (region_id)
WHERE p.level IN ('district', 'zone') ORDER BY city, p.adcode, p.level, p.region_id;
COMMENT ON TABLE districts IS '区市 | One row a district or zone, with the systems it declares';

CREATE TABLE tracks AS
SELECT k.fact_id, r.name AS city, t.name AS tier, i.name AS industry, k.name AS track, k.name_en AS track_en, k.named_as, k.basis,
       (SELECT count(DISTINCT a.region_id) FROM core.alignment a WHERE a.track_id = k.fact_id)::INTEGER AS districts, k.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.track k JOIN core.industry i USING (industry_id) JOIN core.tier t USING (tier_id)
JOIN core.region r ON r.region_id = t.city_id JOIN core.shown s ON s.fact_id = k.fact_id
ORDER BY city, i.ordinal, k.fact_id;
COMMENT ON TABLE tracks IS '细分赛道 | One row a sub-track or field that a document names';

CREATE TABLE industries AS
SELECT r.name AS city, t.name AS tier, t.policy AS tier_policy, i.name AS industry, i.name_en AS industry_en,
       (SELECT count(*) FROM core.track k WHERE k.industry_id = i.industry_id)::INTEGER AS named_tracks,
       (SELECT count(DISTINCT a.region_id) FROM core.alignment a JOIN core.place p USING (region_id)
        WHERE a.industry_id = i.industry_id AND p.level = 'district')::INTEGER AS districts,
       (SELECT sum(v.floor_yi) FROM (
          SELECT coalesce(lower_yi, amount_yi) AS floor_yi FROM investments n
          WHERE n.city = r.name AND n.industry = i.name AND NOT n.is_umbrella) v) AS investment_floor_yi,
       (SELECT max(coalesce(g.lower_std, g.value_std)) FROM core.observation g JOIN core.region q USING (region_id)
        WHERE g.kind = 'target' AND g.year = 2027 AND g.indicator_id = 'industry_scale' AND q.level = 'city'
          AND g.industry_id = i.industry_id) AS target_2027,
       i.note, s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.industry i JOIN core.tier t USING (tier_id) JOIN core.region r ON r.region_id = t.city_id
JOIN core.shown s ON s.fact_id = i.industry_id
ORDER BY city, t.ordinal, i.ordinal;
COMMENT ON TABLE industries IS '重点产业 | One row an industry of the system, with what is known of it';

CREATE TABLE organisations AS
SELECT o.fact_id, p.city, g.name, p.district, p.within, t.name AS tier, i.name AS industry, k.name AS track, o.role, g.kind AS type,
       o.activity, c.name AS carrier, o.basis, NULL::VARCHAR AS status, NULL::DATE AS date, NULL::VARCHAR AS date_precision, o.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.organisation_role o
JOIN core.organisation g USING (organisation_id)
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = o.track_id
LEFT JOIN core.carrier c ON c.fact_id = o.carrier_id
ORDER BY city, o.fact_id;
COMMENT ON TABLE organisations IS '机构与企业 | One row a part that an organisation is given in an industry of a place';

CREATE TABLE carriers AS
SELECT c.fact_id, p.city, c.name, p.district, p.within, t.name AS tier, i.name AS industry, k.name AS track, c.type, c.status,
       core.dated(c.status_date, c.status_precision) AS dated, c.status_date AS date, c.status_precision AS date_precision, c.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.carrier c
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = c.track_id
ORDER BY city, c.fact_id;
COMMENT ON TABLE carriers IS '产业载体 | One row a park, base, centre, platform or cluster';

CREATE TABLE honours AS
SELECT h.fact_id, p.city, h.title, h.holder, p.district, p.within, t.name AS tier, i.name AS industry, k.name AS track, h.level, h.status,
       core.dated(h.status_date, h.status_precision) AS dated, h.status_date AS date, h.status_precision AS date_precision, h.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.honour h
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = h.track_id
ORDER BY city, h.fact_id;
COMMENT ON TABLE honours IS '荣誉与认定 | One row a recognition, held or sought';

CREATE TABLE milestones AS
SELECT m.fact_id, p.city, m.title, p.district, p.within, t.name AS tier, i.name AS industry, k.name AS track, j.name AS project,
       c.name AS carrier, g.name AS organisation, m.status,
       CASE m.status WHEN 'due'
         THEN coalesce(v.verdict, CASE WHEN core.last_of(m.due_date, m.due_precision) < l.released_on THEN 'no_outcome' END, 'due')
         ELSE m.status END AS state, m.modality, m.cue,
       CASE WHEN m.reported_by THEN '≤' ELSE '' END || core.dated(coalesce(m.met_date, m.due_date), coalesce(m.met_precision, m.due_precision)) AS dated,
       coalesce(m.met_date, m.due_date) AS date,
       coalesce(m.met_precision, m.due_precision) AS date_precision, m.due_date, m.due_precision, m.met_date, m.met_precision, m.reported_by, m.year_basis, s.known_on, m.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.milestone m
CROSS JOIN core.release l
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
LEFT JOIN core.track k ON k.fact_id = m.track_id
LEFT JOIN core.project j ON j.fact_id = m.project_id
LEFT JOIN core.carrier c ON c.fact_id = m.carrier_id
LEFT JOIN core.organisation g USING (organisation_id)
LEFT JOIN core.verdict v ON v.target_id = m.fact_id
ORDER BY city, date NULLS LAST, m.fact_id;
COMMENT ON TABLE milestones IS '里程碑 | One row an event, done or to come';

CREATE TABLE mechanisms AS
SELECT m.fact_id, p.city, m.name, p.district, p.within, t.name AS tier, i.name AS industry, m.type, m.status,
       core.dated(m.status_date, m.status_precision) AS dated, m.status_date AS date, m.status_precision AS date_precision, m.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.mechanism m
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
ORDER BY city, m.fact_id;
COMMENT ON TABLE mechanisms IS '工作机制 | One row a layout, working system, body, action or measure';

CREATE TABLE policy_documents AS
SELECT m.fact_id, p.city, m.title, p.district, p.within, t.name AS tier, i.name AS industry, m.type, m.status,
       core.dated(m.status_date, m.status_precision) AS dated, m.status_date AS date, m.status_precision AS date_precision, m.note,
       s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
FROM core.policy_document m
JOIN core.place p USING (region_id)
JOIN core.shown s USING (fact_id)
LEFT JOIN core.industry i USING (industry_id)
LEFT JOIN core.tier t USING (tier_id)
ORDER BY city, m.fact_id;
COMMENT ON TABLE policy_documents IS '政策文件 | One row a plan or policy, issued or being drawn up';

-- A target is a figure or a milestone to come; its outcome is a later figure or milestone.
CREATE VIEW core.aim AS
SELECT fact_id, city, district, within, tier, industry, track, subject, indicator, stated, value, lower, comparator, unit, per, filter,
       coalesce(period_end, make_date(year, 12, 31)) AS date, dated, year, kind, known_on, note,
       source_id, para_no, as_reported, evidence, grade, n_sources
FROM core.figure WHERE kind IN ('target', 'actual')
UNION ALL
SELECT fact_id, city, district, within, tier, industry, track, coalesce(project, organisation, carrier), title, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       core.last_of(date, date_precision), dated,
       year(date)::INTEGER, CASE status WHEN 'due' THEN 'target' ELSE 'actual' END, known_on, note,
       source_id, para_no, as_reported, evidence, grade, n_sources
FROM milestones;
COMMENT ON VIEW core.aim IS '目标与实绩 | Figures and milestones on one footing: what is aimed at, what came; date is the last day of its period';

CREATE TABLE outcomes AS
SELECT x.target_id AS target_fact_id, x.outcome_id AS outcome_fact_id, t.city, t.district, t.within, t.tier, t.industry, t.track, t.subject, t.indicator,
       t.stated AS target, CASE WHEN x.derived_value IS NULL THEN coalesce(o.stated, o.indicator) ELSE x.derived_value || ' ' || t.unit END AS outcome,
       t.value AS target_value, t.comparator AS target_comparator, coalesce(x.derived_value, o.value) AS outcome_value,
       CASE WHEN x.derived_value IS NULL THEN o.comparator ELSE 'eq' END AS outcome_comparator,
       -- What the outcome is of, where that is not what the target is of; a derived one is of the same.
       CASE WHEN x.derived_value IS NULL AND o.stated IS NOT NULL AND o.subject IS DISTINCT FROM t.subject THEN o.subject END AS outcome_subject,
       CASE WHEN x.derived_value IS NULL AND o.stated IS NOT NULL AND o.indicator <> t.indicator THEN o.indicator END AS outcome_indicator,
       t.date AS target_date, o.date AS outcome_date, o.dated AS outcome_dated,
       CASE WHEN x.derived_value IS NULL AND o.unit IS DISTINCT FROM t.unit THEN concat_ws('; ', t.unit, o.unit) ELSE t.unit END AS unit,
       t.known_on AS target_known_on, o.known_on, x.verdict, x.comparability, x.basis, x.formula, x.note,
       o.source_id, o.para_no, o.as_reported, o.evidence, o.grade, o.n_sources,
       list_sort(list_distinct([t.source_id || coalesce('#' || t.para_no, ''), o.source_id || coalesce('#' || o.para_no, '')])) AS cites
FROM core.target_outcome x
JOIN core.aim t ON t.fact_id = x.target_id
JOIN core.aim o ON o.fact_id = x.outcome_id
ORDER BY city, x.target_id, x.outcome_id;
COMMENT ON TABLE outcomes IS '目标与结果 | One row a target and what became of it';

CREATE TABLE sources AS
SELECT s.source_id, r.name AS city, s.title, s.kind, s.publisher, s.published_from, s.published_to, s.url, s.grade, s.sha256,
       s.paragraphs, s.reprint_of, (SELECT count(DISTINCT c.fact_id) FROM core.cited c WHERE c.source_id = s.source_id)::INTEGER AS facts, s.note
FROM core.source s JOIN core.region r ON r.region_id = s.city_id
ORDER BY city, s.source_id;
COMMENT ON TABLE sources IS '来源 | One row a document, with its grade and the number of facts that cite it';

CREATE TABLE citations AS
SELECT c.fact_id, c.kind, p.city, p.district, c.ordinal, c.source_id, s.title, c.para_no, c.char_start, c.para_end, c.char_end,
       c.as_reported, c.evidence, s.grade
FROM core.cited c JOIN core.place p USING (region_id) JOIN core.source s USING (source_id)
ORDER BY city, c.fact_id, c.ordinal;
COMMENT ON TABLE citations IS '引证 | Where each fact is printed: paragraph, offsets, phrase';

CREATE VIEW aliases AS
WITH entity AS (
  SELECT city_id, 'district' AS kind, name, name_en FROM core.region WHERE level <> 'province'
  UNION ALL SELECT city_id, 'tier', name, name_en FROM core.tier
  UNION ALL SELECT t.city_id, 'industry', i.name, i.name_en FROM core.industry i JOIN core.tier t USING (tier_id)
  UNION ALL SELECT t.city_id, 'track', k.name, k.name_en FROM core.track k JOIN core.industry i USING (industry_id) JOIN core.tier t USING (tier_id)
  UNION ALL SELECT r.region_id, 'indicator', n.name, n.name_en FROM core.indicator n, core.region r WHERE r.level = 'city'
)
SELECT r.name AS city, a.kind, a.name, a.alias, a.form
FROM (
  SELECT city_id, kind, name, alias, form FROM core.alias
  UNION
  SELECT city_id, kind, name, name_en, 'english' FROM entity WHERE name_en IS NOT NULL
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
SELECT x.fact_id, x.other_id, t.city, t.district, t.subject, t.indicator, t.stated, o.stated AS other_stated, o.subject AS other_subject, t.value, o.value AS other_value, t.unit, x.about, x.note,
       t.source_id, t.para_no, t.as_reported, t.evidence, t.grade, t.n_sources,
       o.source_id AS other_source_id, o.para_no AS other_para_no, o.as_reported AS other_as_reported, o.grade AS other_grade,
       list_sort(list_distinct([t.source_id || coalesce('#' || t.para_no, ''), o.source_id || coalesce('#' || o.para_no, '')])) AS cites
FROM core.conflict x JOIN core.figure t ON t.fact_id = x.fact_id JOIN core.figure o ON o.fact_id = x.other_id
ORDER BY city, x.fact_id, x.other_id;
COMMENT ON TABLE conflicts IS '说法不一 | One row a pair of statements that cannot both hold';

CREATE TABLE words AS
SELECT NULL::VARCHAR AS city, column_name, value, zh, en FROM core.word
UNION ALL SELECT DISTINCT city, 'district', district, district, district_en FROM core.place
UNION ALL SELECT r.name, 'tier', t.name, t.name, t.name_en FROM core.tier t JOIN core.region r ON r.region_id = t.city_id
UNION ALL SELECT r.name, 'tier_policy', t.policy, t.policy, t.policy_en FROM core.tier t JOIN core.region r ON r.region_id = t.city_id WHERE t.policy_en IS NOT NULL
UNION ALL SELECT r.name, 'industry', i.name, i.name, i.name_en FROM core.industry i JOIN core.tier t USING (tier_id) JOIN core.region r ON r.region_id = t.city_id
UNION ALL SELECT DISTINCT r.name, 'track', k.name, k.name, k.name_en FROM core.track k JOIN core.industry i USING (industry_id) JOIN core.tier t USING (tier_id) JOIN core.region r ON r.region_id = t.city_id
UNION ALL SELECT NULL, 'indicator', n.name, n.name, n.name_en FROM core.indicator n
ORDER BY city NULLS FIRST, column_name, value;
COMMENT ON TABLE words IS '词汇 | What codes and names read as, in Chinese and English';

-- Every statement in one shape, for finding things by name; `names` are the parks, projects and organisations in it.
CREATE TABLE facts AS
WITH reached AS (
  -- What came of a target, where it can be judged: a figure with its time, or the day of the event.
  SELECT target_fact_id AS fact_id, CASE WHEN outcome_value IS NULL THEN outcome_dated ELSE outcome END AS outcome,
         CASE WHEN outcome_value IS NOT NULL AND outcome_date IS DISTINCT FROM target_date THEN outcome_dated END AS outcome_dated,
         CASE WHEN basis = 'derived' THEN basis END AS outcome_basis, [source_id || coalesce('#' || para_no, '')] AS cites
  FROM outcomes WHERE verdict IN ('met', 'not_met', 'reached_early', 'reached_late')
  QUALIFY row_number() OVER (PARTITION BY target_fact_id ORDER BY outcome_date DESC, outcome_fact_id) = 1
), course AS (
  -- A state without a date was reached by the day its document was out.
  SELECT s.*, coalesce(core.dated(s.status_date, s.status_precision), '≤' || coalesce(o.published_to, o.published_from)) AS dated,
         coalesce(core.last_of(s.status_date, s.status_precision), o.published_to, o.published_from) AS day
  FROM core.project_status s JOIN core.source o USING (source_id)
), known AS (
  SELECT city, name FROM projects UNION SELECT city, name FROM carriers UNION SELECT city, name FROM organisations
  UNION SELECT r.name, g.name FROM core.organisation g JOIN core.region r ON r.region_id = g.city_id
), shaped AS (
  SELECT 1 AS place, 'alignment' AS section, fact_id, city, district, within, tier, industry, track, local_name AS item, stance AS detail,
         NULL AS stated, NULL AS value, NULL AS unit, NULL AS comparator, NULL AS dated, stance_class AS status, NULL AS per, NULL AS filter, NULL AS outcome, NULL AS outcome_dated, NULL AS outcome_basis,
         NULL AS owners, NULL AS day, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL AS cites FROM alignments
  UNION ALL
  SELECT 2, 'actual', fact_id, city, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, dated,
         NULL, per, filter, NULL, NULL, NULL, concat_ws('|', project, organisation, carrier), NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM indicators
  UNION ALL
  SELECT 3, 'target', fact_id, city, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, dated,
         state, per, filter, r.outcome, r.outcome_dated, r.outcome_basis, concat_ws('|', project, organisation, carrier), NULL,
         note, source_id, para_no, as_reported, evidence, grade, n_sources, r.cites FROM targets LEFT JOIN reached r USING (fact_id)
  UNION ALL
  SELECT 4, kind, fact_id, city, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, dated,
         NULL, per, filter, NULL, NULL, NULL, concat_ws('|', project, organisation, carrier), NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM forecasts
  UNION ALL
  SELECT 5, 'investment', n.fact_id, n.city, n.district, n.within, n.tier, n.industry, n.track, project, CASE WHEN n.is_umbrella THEN '总盘子' END, stated, amount_yi, '亿元', comparator, year::VARCHAR,
         n.status, NULL, NULL, NULL, NULL, NULL, n.organisation, NULL, n.note, n.source_id, n.para_no, n.as_reported, n.evidence, n.grade, n.n_sources,
         -- The status is the project's, from its own document.
         CASE WHEN n.status IS NOT NULL THEN j.cites END
  FROM investments n
  LEFT JOIN (SELECT city, name, first(cites ORDER BY fact_id) AS cites FROM projects GROUP BY city, name) j ON j.city = n.city AND j.name = n.project
  UNION ALL
  SELECT 6, 'project', fact_id, city, district, within, tier, industry, track, name, concat_ws('，', type, phase), NULL, NULL, NULL, NULL, dated,
         status, NULL, NULL, NULL, NULL, NULL, concat_ws('|', organisation, carrier), NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, cites FROM projects
  UNION ALL
  SELECT 7, 'party', y.fact_id, j.city, j.district, j.within, j.tier, j.industry, j.track, j.name, y.role, g.name, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, g.name, NULL, y.note, s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources, NULL
  FROM core.project_party y JOIN core.organisation g USING (organisation_id) JOIN projects j ON j.fact_id = y.project_id JOIN core.shown s ON s.fact_id = y.fact_id
  UNION ALL
  SELECT 8, 'progress', c.fact_id, j.city, j.district, j.within, j.tier, j.industry, j.track, j.name, c.phase, NULL, NULL, NULL, NULL, c.dated,
         c.status, NULL, NULL, NULL, NULL, NULL, concat_ws('|', j.organisation, j.carrier), concat_ws(' ', c.project_id, c.day, c.ordinal), c.note,
         s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources, NULL
  FROM course c JOIN projects j ON j.fact_id = c.project_id JOIN core.shown s ON s.fact_id = c.fact_id
  UNION ALL
  SELECT 9, 'carrier', fact_id, city, district, within, tier, industry, track, name, type, NULL, NULL, NULL, NULL, dated,
         status, NULL, NULL, NULL, NULL, NULL, NULL, NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM carriers
  UNION ALL
  SELECT 10, 'organisation', fact_id, city, district, within, tier, industry, track, name, concat_ws('，', role, activity), NULL, NULL, NULL, NULL, NULL,
         status, NULL, NULL, NULL, NULL, NULL, carrier, NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM organisations
  UNION ALL
  SELECT 11, 'honour', fact_id, city, district, within, tier, industry, track, title, concat_ws('，', level, holder), NULL, NULL, NULL, NULL, dated,
         status, NULL, NULL, NULL, NULL, NULL, NULL, NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM honours
  UNION ALL
  SELECT 12, 'milestone', fact_id, city, district, within, tier, industry, track, title, NULL, NULL, NULL, NULL, NULL, dated,
         state, NULL, NULL, r.outcome, r.outcome_dated, r.outcome_basis, concat_ws('|', project, organisation, carrier), NULL,
         note, source_id, para_no, as_reported, evidence, grade, n_sources, r.cites FROM milestones LEFT JOIN reached r USING (fact_id)
  UNION ALL
  SELECT 13, 'mechanism', fact_id, city, district, within, tier, industry, NULL, name, type, NULL, NULL, NULL, NULL, dated,
         status, NULL, NULL, NULL, NULL, NULL, NULL, NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM mechanisms
  UNION ALL
  SELECT 14, 'policy_document', fact_id, city, district, within, tier, industry, NULL, title, type, NULL, NULL, NULL, NULL, dated,
         status, NULL, NULL, NULL, NULL, NULL, NULL, NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM policy_documents
  UNION ALL
  -- A part that is its one item is told once.
  SELECT 0, 'system', fact_id, city, district, within, NULL, NULL, NULL, name,
         concat_ws('：', part, CASE WHEN part_items <> [part] THEN array_to_string(part_items, '、') END), NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, note, source_id, para_no, as_reported, evidence, grade, n_sources, NULL FROM systems
), numbered AS (
  SELECT *, row_number() OVER () AS number FROM shaped
), named AS (
  -- 、 stands between names and within them: what it parts is a name only if something is called so.
  SELECT number, list(name ORDER BY ordinal) AS names FROM (
    SELECT number, city, name, min(ordinal) AS ordinal FROM (
      SELECT number, city, unnest(parts) AS name, generate_subscripts(parts, 1) AS ordinal
      FROM (SELECT number, city, list_concat([item], string_split(item, '、'), string_split(owners, '|'),
                                             string_split(replace(owners, '|', '、'), '、')) AS parts FROM numbered)
    ) GROUP BY ALL
  ) SEMI JOIN known USING (city, name) GROUP BY number
)
SELECT section, fact_id, city, district, within, tier, industry, track, item, nullif(detail, '') AS detail, stated, value, unit, comparator,
       dated, status, per, filter, outcome, outcome_dated, outcome_basis, coalesce(names, []) AS names,
       place, note, source_id, para_no, as_reported, evidence, grade, n_sources, cites
FROM numbered LEFT JOIN named USING (number) ORDER BY city, place, day, fact_id, item, detail;
COMMENT ON TABLE facts IS '全部事实 | One row a statement of any kind, in one shape';
