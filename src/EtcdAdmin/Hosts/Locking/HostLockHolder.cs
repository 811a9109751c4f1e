using System.Globalization;

namespace EtcdAdmin.Hosts.Locking;

/// <summary>The holder of a lock, from the line in the lock file.</summary>
/// <param name="Operator">User and machine.</param>
/// <param name="ProcessId">The process on that machine.</param>
/// <param name="Since">When it was taken, by the holder's clock.</param>
/// <param name="What">The operation.</param>
internal sealed record HostLockHolder(string Operator, int ProcessId, DateTimeOffset Since, string What)
{
    private const char Separator = '\t';
    private const int LongestText = 200;

    /// <summary>This process as the holder.</summary>
    public static HostLockHolder Us(string what, TimeProvider clock) =>
        new($"{Environment.UserName}@{Environment.MachineName}", Environment.ProcessId, clock.GetUtcNow(), what);

    /// <summary>The line of the lock file.</summary>
    public string ToLine() => string.Join(Separator,
        Clean(Operator), ProcessId.ToString(CultureInfo.InvariantCulture), Since.ToString("O", CultureInfo.InvariantCulture), Clean(What));

    /// <summary>Reads a line; null if it is not valid, for instance while the holder is writing it.</summary>
    public static HostLockHolder? Read(string? line)
    {
        string[] parts = (line ?? "").Split(Separator);
        return parts.Length == 4
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && DateTimeOffset.TryParse(parts[2], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset since)
                ? new HostLockHolder(Clean(parts[0]), id, since, Clean(parts[3]))
                : null;
    }

    /// <summary>The holder, for a message.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Operator} (process {ProcessId}) since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, for: {What}");

    private static string Clean(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return clean.Length <= LongestText ? clean : clean[..LongestText];
    }
}
