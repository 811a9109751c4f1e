namespace EtcdAdmin.Text;

/// <summary>Text that others made, as a terminal may be given it.</summary>
public static class TerminalText
{
    /// <summary>Text without control characters, of which terminals obey some: an escape sequence could rewrite what was asked. U+FFFD stands for each.</summary>
    /// <param name="text">The text; null stays null.</param>
    public static string? Line(string? text) => text is null ? null : string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));

    /// <summary>Words of a program or a store for a message: control characters are left out, as nothing has to be told apart by them.</summary>
    /// <param name="text">What it said.</param>
    /// <param name="keepLines">Whether line ends and tabs stay.</param>
    public static string Words(string text, bool keepLines = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.Where(c => !char.IsControl(c) || (keepLines && c is ('\n' or '\t')))).Trim();
    }
}
