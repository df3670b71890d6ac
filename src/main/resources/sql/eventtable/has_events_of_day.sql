select exists (
  select
  from {partition}
  where committed_at >= :?from::timestamptz and committed_at < :?to::timestamptz
) as found
