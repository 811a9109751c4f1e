namespace EtcdAdmin.Text;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The name with the fewest typing errors between it and the given one; null if none is close.</summary>
    public static string? Find(string given, IEnumerable<string> names)
    {
        // A longer text is not a typing error, and the work grows with the length.
        if (given.Length > 64) return null;
        int limit = Math.Max(1, given.Length / 3);
        return names
            .Select(n => (Name: n, Distance: Distance(given.ToUpperInvariant(), n.ToUpperInvariant())))
            .Where(n => n.Distance <= limit)
            .OrderBy(n => n.Distance)
            .Select(n => n.Name)
            .FirstOrDefault();
    }

    /// <summary>How many letters must be inserted, deleted, replaced or swapped with the next one (optimal string alignment).</summary>
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
