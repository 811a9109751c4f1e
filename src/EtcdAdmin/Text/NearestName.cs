namespace EtcdAdmin.Text;

/// <summary>Guesses which name was meant.</summary>
internal static class NearestName
{
    /// <summary>The name that the fewest slips of the fingers lead to; null where none is near.</summary>
    public static string? Find(string given, IEnumerable<string> names)
    {
        // Nobody means one of ours by that much, and the work grows with it.
        if (given.Length > 64) return null;
        int limit = Math.Max(1, given.Length / 3);
        return names
            .Select(n => (Name: n, Distance: Distance(given.ToUpperInvariant(), n.ToUpperInvariant())))
            .Where(n => n.Distance <= limit)
            .OrderBy(n => n.Distance)
            .Select(n => n.Name)
            .FirstOrDefault();
    }

    /// <summary>How many letters must be put in, taken out, changed, or changed places with the next (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        int[][] rows = [.. Enumerable.Range(0, from.Length + 1).Select(_ => new int[to.Length + 1])];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i][j] = i + j;
                    continue;
                }

                int changed = rows[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                rows[i][j] = Math.Min(changed, Math.Min(rows[i - 1][j], rows[i][j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    rows[i][j] = Math.Min(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }

        return rows[^1][^1];
    }
}
