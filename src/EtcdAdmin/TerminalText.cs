namespace EtcdAdmin;

/// <summary>Text that others made, as a terminal may be given it.</summary>
public static class TerminalText
{
    /// <summary>Text without control characters, of which terminals obey some: an escape sequence could rewrite what was asked. U+FFFD stands for each.</summary>
    /// <param name="text">The text; null stays null.</param>
    public static string? Line(string? text) => text is null ? null : string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
