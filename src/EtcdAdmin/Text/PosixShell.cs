namespace EtcdAdmin.Text;

/// <summary>Putting values into text that a POSIX shell will read; the one place that does.</summary>
internal static class PosixShell
{
    /// <summary>Makes one shell word that stands for exactly <paramref name="value"/>, whatever characters it has.</summary>
    /// <remarks>Single quotes keep everything but themselves literal (POSIX.1-2024, Shell Command Language 2.2.2).</remarks>
    /// <exception cref="ArgumentException">A NUL, which no argument of a program can hold.</exception>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A shell word cannot hold a NUL character.", nameof(value));
        return "'" + value.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
