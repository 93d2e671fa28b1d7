-- title: 年份在时期之内 | The year lies within the period
-- level: error
SELECT fact_id, year, period_start, period_end FROM core.observation
WHERE year < year(period_start) OR year > year(period_end)
