namespace EtcdAdmin.Checks.Facts;

/// <summary>A histogram of Prometheus.</summary>
/// <param name="Buckets">Upper bounds with the number of values up to each, in rising order; the last bound is infinite.</param>
/// <param name="Count">How many values there are.</param>
internal sealed record Histogram(IReadOnlyList<(double Bound, double Count)> Buckets, double Count)
{
    /// <summary>
    /// A quantile, computed as Prometheus does (promql/quantile.go, BucketQuantile): linearly within a bucket; null without values.
    /// </summary>
    /// <param name="quantile">For instance 0.99.</param>
    public double? Quantile(double quantile)
    {
        if (Count <= 0 || Buckets.Count < 2) return null;
        double rank = quantile * Count, lower = 0, before = 0;
        foreach ((double bound, double count) in Buckets)
        {
            if (count >= rank)
                return double.IsPositiveInfinity(bound) ? lower : lower + ((bound - lower) * (rank - before) / Math.Max(count - before, 1));
            (lower, before) = (bound, count);
        }

        return lower;
    }
}
