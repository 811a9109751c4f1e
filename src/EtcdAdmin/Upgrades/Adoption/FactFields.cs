using System.Text;
using EtcdAdmin.Text;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>Reads the fields of a line of <c>fact</c>. An empty field is "not known".</summary>
internal static class FactFields
{
    public static string? At(string[] fields, int index) =>
        index < fields.Length && fields[index].Trim() is { Length: > 0 } text ? TerminalText.Line(text) : null;

    public static EtcdVersion? Version(string[] fields, int index) =>
        EtcdVersion.TryParse(At(fields, index), out EtcdVersion version) ? version : null;

    public static IReadOnlyList<string> Words(string[] fields, int index) =>
        At(fields, index)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A text in base64.</summary>
    public static string? Text(string[] fields, int index)
    {
        if (At(fields, index) is not { } encoded) return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
        }
        catch (FormatException)
        {
            return null; // cut off
        }
    }

    /// <summary>Texts in base64 that each end with a zero byte.</summary>
    public static IReadOnlyList<string> Strings(string[] fields, int index) =>
        Text(fields, index)?.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
