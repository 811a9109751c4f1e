namespace EtcdAdmin.Text;

/// <summary>Quotes values for text that a POSIX shell reads. No other code does this.</summary>
internal static class PosixShell
{
    /// <summary>Makes one shell word with exactly the characters of <paramref name="value"/>.</summary>
    /// <remarks>Single quotes keep all characters except themselves literal (POSIX.1-2024, Shell Command Language 2.2.2).</remarks>
    /// <exception cref="ArgumentException">The value has a NUL character, which an argument cannot contain.</exception>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A shell word cannot contain a NUL character.", nameof(value));
        return "'" + value.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
