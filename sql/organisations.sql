-- title: 机构与企业 | Organisations and their roles
-- about: 每个机构在一地一产业中的角色一行：链主、龙头、业主等。 | One row a role of an organisation in an industry of a place: chain leader (链主), leading company (龙头), owner and the like.
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: district text[] values=organisations.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: search text | 文字包含 | Text contains
-- param: role text[] values=organisations.role | 角色，可多次 | Role, repeatable
-- example: ipcli organisations --role 龙头
-- example: ipcli organisations --role 链主
-- show: name, role, activity, district, industry, track
SELECT fact_id, name, type, role, activity, district, within, tier, industry, track, carrier, basis, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM organisations
WHERE city = $city
  AND ($organisation IS NULL OR name = ANY($organisation))
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', name, role, activity, district, industry, track, note, as_reported)), lower($search)))
  AND ($role IS NULL OR role = ANY($role))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
