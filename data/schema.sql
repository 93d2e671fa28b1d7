-- Schema `core`: the facts, normalised. What tables and columns mean: dictionary.csv, set as comments by the build.
-- A table is loaded from tables/NAME.csv, in the order of this file; columns marked "derived" there are
-- computed by the build (bounds by convention, standard units) and stand in no CSV file.
-- Every statement carries its first citation in its own row: source_id .. evidence.
CREATE SCHEMA core;

CREATE TABLE core.release (
  release VARCHAR NOT NULL, released_on DATE NOT NULL, content_hash VARCHAR
);

CREATE TABLE core.region (
  region_id VARCHAR PRIMARY KEY,
  city_id VARCHAR, -- a city's own row refers to itself, which a foreign key cannot: the build checks it
  name VARCHAR NOT NULL, name_en VARCHAR NOT NULL,
  level VARCHAR NOT NULL CHECK (level IN ('province', 'city', 'district', 'zone')),
  parent_id VARCHAR REFERENCES core.region (region_id),
  adcode VARCHAR CHECK (regexp_full_match(adcode, '[1-9][0-9]{5}')),
  adcode_source_id VARCHAR,
  note VARCHAR,
  UNIQUE (city_id, name),
  CHECK ((level = 'province') = (city_id IS NULL)),
  CHECK (level <> 'city' OR region_id = city_id),
  CHECK (level NOT IN ('district', 'zone') OR parent_id IS NOT NULL)
);

CREATE TABLE core.source (
  source_id VARCHAR PRIMARY KEY,
  city_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  title VARCHAR NOT NULL, kind VARCHAR NOT NULL, publisher VARCHAR,
  published_from DATE, published_to DATE CHECK (published_to >= published_from),
  url VARCHAR,
  grade VARCHAR NOT NULL CHECK (grade IN ('A', 'B', 'C')),
  sha256 VARCHAR CHECK (regexp_full_match(sha256, '[0-9a-f]{64}')),
  paragraphs INTEGER CHECK (paragraphs > 0),
  reprint_of VARCHAR, note VARCHAR
);

CREATE TABLE core.indicator (
  indicator_id VARCHAR PRIMARY KEY,
  name VARCHAR NOT NULL UNIQUE, name_en VARCHAR NOT NULL,
  unit_std VARCHAR NOT NULL,
  class VARCHAR NOT NULL CHECK (class IN ('investment', 'amount', 'count', 'share', 'growth', 'streak', 'capacity', 'area', 'other')),
  direction VARCHAR NOT NULL CHECK (direction IN ('up', 'down', 'none')),
  additive BOOLEAN NOT NULL,
  growth_of VARCHAR REFERENCES core.indicator (indicator_id),
  note VARCHAR
);

CREATE TABLE core.tier (
  tier_id VARCHAR PRIMARY KEY,
  city_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  ordinal INTEGER NOT NULL, name VARCHAR NOT NULL, name_en VARCHAR NOT NULL,
  policy VARCHAR NOT NULL, policy_en VARCHAR NOT NULL, note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  UNIQUE (city_id, name)
);

CREATE TABLE core.industry (
  industry_id VARCHAR PRIMARY KEY,
  tier_id VARCHAR NOT NULL REFERENCES core.tier (tier_id),
  ordinal INTEGER NOT NULL, name VARCHAR NOT NULL, name_en VARCHAR NOT NULL, note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  UNIQUE (tier_id, name)
);

CREATE TABLE core.track (
  fact_id VARCHAR PRIMARY KEY,
  industry_id VARCHAR NOT NULL REFERENCES core.industry (industry_id),
  name VARCHAR NOT NULL, name_en VARCHAR,
  named_as VARCHAR NOT NULL CHECK (named_as IN ('official list', 'future list', 'text')),
  basis VARCHAR NOT NULL CHECK (basis IN ('stated', 'editorial')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  UNIQUE (industry_id, name)
);

CREATE TABLE core.declared (
  fact_id VARCHAR PRIMARY KEY,
  city_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  entity VARCHAR NOT NULL CHECK (entity IN ('tier', 'industry', 'track', 'district', 'batch')),
  tier_id VARCHAR REFERENCES core.tier (tier_id),
  n INTEGER NOT NULL CHECK (n > 0), complete BOOLEAN NOT NULL, note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure'))
);

CREATE TABLE core.organisation (
  organisation_id VARCHAR PRIMARY KEY,
  city_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL CHECK (kind IN ('company', 'group', 'government', 'institution')),
  note VARCHAR,
  UNIQUE (city_id, name)
);

CREATE TABLE core.carrier (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  name VARCHAR NOT NULL,
  type VARCHAR NOT NULL CHECK (type IN ('园区', '基地', '创新中心', '平台', '集群', '单体设施', '载体')),
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  track_id VARCHAR REFERENCES core.track (fact_id),
  status VARCHAR NOT NULL CHECK (status IN ('已有', '在建', '规划', '初步形成', '未载明')),
  status_date DATE, status_precision VARCHAR CHECK (status_precision IN ('day', 'month', 'year')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  UNIQUE (region_id, name),
  CHECK ((status_date IS NULL) = (status_precision IS NULL))
);

CREATE TABLE core.project (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  name VARCHAR NOT NULL,
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  track_id VARCHAR REFERENCES core.track (fact_id),
  carrier_id VARCHAR REFERENCES core.carrier (fact_id),
  is_umbrella BOOLEAN NOT NULL,
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  UNIQUE (region_id, name)
);

CREATE TABLE core.policy_document (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  title VARCHAR NOT NULL, type VARCHAR NOT NULL,
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  status VARCHAR NOT NULL CHECK (status IN ('已发布', '制定中')),
  status_date DATE, status_precision VARCHAR CHECK (status_precision IN ('day', 'month', 'year')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  CHECK ((status_date IS NULL) = (status_precision IS NULL))
);

CREATE TABLE core.alias (
  city_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  kind VARCHAR NOT NULL CHECK (kind IN ('city', 'district', 'tier', 'industry', 'track', 'indicator', 'organisation', 'project', 'carrier', 'status', 'modality', 'stance_class')),
  alias VARCHAR NOT NULL, name VARCHAR NOT NULL,
  form VARCHAR NOT NULL CHECK (form IN ('short', 'full', 'former', 'english', 'synonym')),
  note VARCHAR,
  PRIMARY KEY (city_id, kind, alias)
);

CREATE TABLE core.system (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR REFERENCES core.region (region_id),
  code VARCHAR NOT NULL, name VARCHAR NOT NULL,
  valid_from DATE, valid_to DATE CHECK (valid_to >= valid_from), note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure'))
);

CREATE TABLE core.system_part (
  fact_id VARCHAR PRIMARY KEY,
  system_id VARCHAR NOT NULL REFERENCES core.system (fact_id),
  ordinal INTEGER NOT NULL, part VARCHAR NOT NULL, n INTEGER CHECK (n > 0),
  part_items VARCHAR[], complete BOOLEAN NOT NULL, note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  UNIQUE (system_id, ordinal)
);

CREATE TABLE core.alignment (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  track_id VARCHAR REFERENCES core.track (fact_id),
  local_name VARCHAR NOT NULL,
  stance VARCHAR,
  stance_class VARCHAR CHECK (stance_class IN ('lead', 'breakthrough', 'upgrade', 'frontier', 'strengthen', 'focus', 'cultivate', 'layout', 'support')),
  strength VARCHAR NOT NULL CHECK (strength IN ('strong', 'weak')),
  basis VARCHAR NOT NULL CHECK (basis IN ('stated', 'editorial')),
  modality VARCHAR NOT NULL CHECK (modality IN ('strive', 'commit', 'expect', 'mandatory', 'none')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  CHECK ((stance IS NULL) = (stance_class IS NULL))
);

CREATE TABLE core.observation (
  fact_id VARCHAR PRIMARY KEY,
  kind VARCHAR NOT NULL CHECK (kind IN ('actual', 'target', 'forecast', 'plan', 'capacity')),
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  subject VARCHAR,
  indicator_id VARCHAR NOT NULL REFERENCES core.indicator (indicator_id),
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  track_id VARCHAR REFERENCES core.track (fact_id),
  project_id VARCHAR REFERENCES core.project (fact_id),
  organisation_id VARCHAR REFERENCES core.organisation (organisation_id),
  carrier_id VARCHAR REFERENCES core.carrier (fact_id),
  comparator VARCHAR NOT NULL CHECK (comparator IN ('eq', 'gt', 'ge', 'lt', 'le', 'excess', 'approx', 'magnitude', 'between', 'qualitative')),
  value DOUBLE, unit VARCHAR,
  lower DOUBLE, upper DOUBLE CHECK (upper >= lower),
  lower_inclusive BOOLEAN, upper_inclusive BOOLEAN,
  value_std DOUBLE, lower_std DOUBLE, upper_std DOUBLE, unit_std VARCHAR,
  per VARCHAR, filter VARCHAR,
  modality VARCHAR NOT NULL CHECK (modality IN ('strive', 'commit', 'expect', 'mandatory', 'none')),
  cue VARCHAR, after_event VARCHAR,
  year INTEGER CHECK (year BETWEEN 1949 AND 2100),
  year_basis VARCHAR NOT NULL CHECK (year_basis IN ('printed', 'scope', 'relative', 'none')),
  period_start DATE, period_end DATE CHECK (period_end >= period_start),
  period_kind VARCHAR CHECK (period_kind IN ('year', 'half', 'quarter', 'three_quarters', 'month', 'streak', 'to_date')),
  baseline_id VARCHAR, is_umbrella BOOLEAN NOT NULL, restates VARCHAR, note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  CHECK ((year IS NULL) = (year_basis = 'none')),
  CHECK ((value IS NULL) = (comparator IN ('magnitude', 'between', 'qualitative'))),
  CHECK (value IS NOT NULL OR comparator = 'qualitative' OR lower IS NOT NULL OR upper IS NOT NULL),
  CHECK (baseline_id IS NULL OR kind = 'target'),
  CHECK (modality <> 'none' OR cue IS NULL)
);

CREATE TABLE core.project_status (
  fact_id VARCHAR PRIMARY KEY,
  project_id VARCHAR NOT NULL REFERENCES core.project (fact_id),
  phase VARCHAR, ordinal INTEGER NOT NULL,
  status VARCHAR NOT NULL CHECK (status IN ('落户', '签约', '获批', '布局', '在建', '主体基本完工', '竣工', '试产', '首批并网', '投运', '投产', '推进', '谋划')),
  printed VARCHAR NOT NULL,
  status_date DATE, status_precision VARCHAR CHECK (status_precision IN ('day', 'month', 'year')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  CHECK ((status_date IS NULL) = (status_precision IS NULL))
);

CREATE TABLE core.project_party (
  fact_id VARCHAR PRIMARY KEY,
  project_id VARCHAR NOT NULL REFERENCES core.project (fact_id),
  organisation_id VARCHAR NOT NULL REFERENCES core.organisation (organisation_id),
  role VARCHAR NOT NULL CHECK (role IN ('业主', '项目企业', '参建', '运营', '配套对象')),
  basis VARCHAR NOT NULL CHECK (basis IN ('stated', 'editorial')), note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  UNIQUE (project_id, organisation_id, role)
);

CREATE TABLE core.organisation_role (
  fact_id VARCHAR PRIMARY KEY,
  organisation_id VARCHAR NOT NULL REFERENCES core.organisation (organisation_id),
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  track_id VARCHAR REFERENCES core.track (fact_id),
  carrier_id VARCHAR REFERENCES core.carrier (fact_id),
  role VARCHAR NOT NULL, activity VARCHAR,
  basis VARCHAR NOT NULL CHECK (basis IN ('stated', 'editorial')), note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure'))
);

CREATE TABLE core.milestone (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  title VARCHAR NOT NULL,
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  track_id VARCHAR REFERENCES core.track (fact_id),
  project_id VARCHAR REFERENCES core.project (fact_id),
  carrier_id VARCHAR REFERENCES core.carrier (fact_id),
  organisation_id VARCHAR REFERENCES core.organisation (organisation_id),
  status VARCHAR NOT NULL CHECK (status IN ('met', 'due')),
  modality VARCHAR NOT NULL CHECK (modality IN ('strive', 'commit', 'expect', 'mandatory', 'none')),
  cue VARCHAR,
  due_date DATE, due_precision VARCHAR CHECK (due_precision IN ('day', 'month', 'year')),
  met_date DATE, met_precision VARCHAR CHECK (met_precision IN ('day', 'month', 'year')),
  reported_by BOOLEAN NOT NULL,
  year_basis VARCHAR NOT NULL CHECK (year_basis IN ('printed', 'scope', 'relative', 'none')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  CHECK ((due_date IS NULL) = (due_precision IS NULL)),
  CHECK ((met_date IS NULL) = (met_precision IS NULL)),
  CHECK (status = 'met' OR met_date IS NULL),
  CHECK ((due_date IS NULL AND met_date IS NULL) = (year_basis = 'none'))
);

CREATE TABLE core.honour (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  title VARCHAR NOT NULL, holder VARCHAR NOT NULL,
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  track_id VARCHAR REFERENCES core.track (fact_id),
  carrier_id VARCHAR REFERENCES core.carrier (fact_id),
  level VARCHAR CHECK (level IN ('国家级', '省级', '市级')),
  status VARCHAR NOT NULL CHECK (status IN ('held', 'sought')),
  status_date DATE, status_precision VARCHAR CHECK (status_precision IN ('day', 'month', 'year')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  CHECK ((status_date IS NULL) = (status_precision IS NULL))
);

CREATE TABLE core.mechanism (
  fact_id VARCHAR PRIMARY KEY,
  region_id VARCHAR NOT NULL REFERENCES core.region (region_id),
  name VARCHAR NOT NULL,
  type VARCHAR NOT NULL CHECK (type IN ('空间布局', '工作体系', '组织机构', '专项行动', '规划编制', '发展模式', '发展路径', '政策措施', '产学研合作', '成果转化', '招商引资', '推广应用', '战略衔接')),
  industry_id VARCHAR REFERENCES core.industry (industry_id),
  status VARCHAR NOT NULL CHECK (status IN ('已有', '推进', '计划')),
  status_date DATE, status_precision VARCHAR CHECK (status_precision IN ('day', 'month', 'year')),
  note VARCHAR,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  CHECK ((status_date IS NULL) = (status_precision IS NULL))
);

CREATE TABLE core.citation (
  fact_id VARCHAR NOT NULL, ordinal INTEGER NOT NULL CHECK (ordinal > 1),
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER, char_start INTEGER, para_end INTEGER, char_end INTEGER,
  as_reported VARCHAR NOT NULL CHECK (length(as_reported) BETWEEN 1 AND 30),
  evidence VARCHAR NOT NULL CHECK (evidence IN ('offsets', 'phrase', 'figure')),
  note VARCHAR,
  PRIMARY KEY (fact_id, ordinal)
);

CREATE TABLE core.target_outcome (
  target_id VARCHAR NOT NULL, outcome_id VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL CHECK (verdict IN ('met', 'not_met', 'reached_early', 'reached_late', 'on_track', 'not_due', 'indeterminate')),
  comparability VARCHAR NOT NULL CHECK (comparability IN ('same', 'partial', 'proxy')),
  basis VARCHAR NOT NULL CHECK (basis IN ('stated', 'derived')),
  formula VARCHAR, derived_value DOUBLE, note VARCHAR,
  PRIMARY KEY (target_id, outcome_id),
  CHECK ((basis = 'derived') = (derived_value IS NOT NULL AND formula IS NOT NULL))
);

CREATE TABLE core.conflict (
  fact_id VARCHAR NOT NULL, other_id VARCHAR NOT NULL, about VARCHAR NOT NULL, note VARCHAR,
  PRIMARY KEY (fact_id, other_id)
);

CREATE TABLE core.deprecation (
  fact_id VARCHAR PRIMARY KEY, release VARCHAR NOT NULL, replaced_by VARCHAR, reason VARCHAR NOT NULL
);

CREATE TABLE core.numeral (
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  para_no INTEGER NOT NULL, char_start INTEGER NOT NULL, char_end INTEGER NOT NULL,
  printed VARCHAR NOT NULL CHECK (length(printed) <= 12),
  disposition VARCHAR NOT NULL CHECK (disposition IN ('cited', 'repeated', 'name', 'date', 'idiom', 'heading')),
  fact_id VARCHAR, reason VARCHAR,
  PRIMARY KEY (source_id, para_no, char_start),
  CHECK (disposition NOT IN ('cited', 'repeated') OR fact_id IS NOT NULL),
  CHECK (fact_id IS NOT NULL OR reason IS NOT NULL)
);

CREATE TABLE core.disposition (
  fact_key VARCHAR PRIMARY KEY,
  source_id VARCHAR NOT NULL REFERENCES core.source (source_id),
  disposition VARCHAR NOT NULL CHECK (disposition IN ('row', 'citation', 'left_out', 'mended', 'kept')),
  fact_id VARCHAR, reason VARCHAR,
  CHECK ((disposition = 'left_out') = (fact_id IS NULL)),
  CHECK (disposition IN ('row', 'citation') OR reason IS NOT NULL)
);

-- What people type for names; made by the build, from the names and what they are called.
CREATE TABLE core.spelling (
  city VARCHAR NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL,
  spelling VARCHAR NOT NULL,
  how VARCHAR NOT NULL CHECK (how IN ('name', 'word', 'short', 'full', 'former', 'synonym', 'english', 'pinyin', 'initials')),
  places VARCHAR[] NOT NULL
);

CREATE TABLE core.character (character VARCHAR NOT NULL, simplified VARCHAR, readings VARCHAR);
