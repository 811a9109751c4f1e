using System.Globalization;

namespace EtcdAdmin.Hosts.Locking;

/// <summary>Who holds a lock, as the line of the lock file says.</summary>
/// <param name="Operator">User and machine.</param>
/// <param name="ProcessId">There.</param>
/// <param name="Since">When it was taken, by the holder's clock.</param>
/// <param name="What">What is done under it.</param>
internal sealed record HostLockHolder(string Operator, int ProcessId, DateTimeOffset Since, string What)
{
    private const char Separator = '\t';
    private const int LongestText = 200;

    /// <summary>This process.</summary>
    public static HostLockHolder Us(string what, TimeProvider clock) =>
        new($"{Environment.UserName}@{Environment.MachineName}", Environment.ProcessId, clock.GetUtcNow(), what);

    /// <summary>One line.</summary>
    public string ToLine() => string.Join(Separator,
        Clean(Operator), ProcessId.ToString(CultureInfo.InvariantCulture), Since.ToString("O", CultureInfo.InvariantCulture), Clean(What));

    /// <summary>Reads a line; null where it is none of ours, as while the holder is just writing it.</summary>
    public static HostLockHolder? Read(string? line)
    {
        string[] parts = (line ?? "").Split(Separator);
        return parts.Length == 4
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && DateTimeOffset.TryParse(parts[2], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset since)
                ? new HostLockHolder(Clean(parts[0]), id, since, Clean(parts[3]))
                : null;
    }

    /// <summary>For a message.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Operator} (process {ProcessId}) since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, for: {What}");

    private static string Clean(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return clean.Length <= LongestText ? clean : clean[..LongestText];
    }
}
