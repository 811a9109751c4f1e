namespace EtcdAdmin.Deployment.Files;

/// <summary>A position in a file, counted from 1; 0 where it is not known.</summary>
internal readonly record struct SpecPlace(long Line, long Column)
{
    public static SpecPlace None { get; }

    /// <summary>For example <c>line 7, column 3: </c>; empty where it is not known.</summary>
    public override string ToString() =>
        Line > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {Line}, column {Column}: ") : "";
}

/// <summary>A node of a file, independent of the file's format.</summary>
internal abstract record SpecNode(SpecPlace Place);

internal enum SpecKind
{
    Null,
    Text,
    Number,
    Flag,
}

/// <summary>A single value.</summary>
/// <param name="Place">Its position.</param>
/// <param name="Kind">Its kind in the file's format.</param>
/// <param name="Text">Its text as written, so that 3.10 does not become 3.1.</param>
/// <param name="IsComputed">Whether the format had converted it to a number before the text was read.</param>
internal sealed record SpecScalar(SpecPlace Place, SpecKind Kind, string Text, bool IsComputed = false) : SpecNode(Place);

internal sealed record SpecList(SpecPlace Place, IReadOnlyList<SpecNode> Items) : SpecNode(Place);

/// <summary>Keys and values in the order of the file. A key may occur twice; the reader checks that later.</summary>
internal sealed record SpecMap(SpecPlace Place, IReadOnlyList<SpecEntry> Entries) : SpecNode(Place);

internal sealed record SpecEntry(string Key, SpecPlace Place, SpecNode Value);
