namespace EtcdAdmin.Text;

/// <summary>Makes text from other sources safe for a terminal.</summary>
public static class TerminalText
{
    /// <summary>Text without control characters: terminals obey some of them, so an escape sequence could rewrite a question. Each is replaced by
    /// U+FFFD.</summary>
    /// <param name="text">The text; null gives null.</param>
    public static string? Line(string? text) => text is null ? null : string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));

    /// <summary>The output of a program or a store for a message. Control characters are left out.</summary>
    /// <param name="text">The output.</param>
    /// <param name="keepLines">Whether line breaks and tabs are kept.</param>
    public static string Words(string text, bool keepLines = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.Where(c => !char.IsControl(c) || (keepLines && c is ('\n' or '\t')))).Trim();
    }
}
