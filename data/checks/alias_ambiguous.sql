-- title: 别名不含混 | An alias is unambiguous within its city and kind
SELECT city, kind, lower(alias) AS alias, count(DISTINCT name) AS names
FROM main.aliases
GROUP BY ALL HAVING count(DISTINCT name) > 1
