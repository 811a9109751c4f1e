namespace EtcdAdmin.Deployment.Files;

/// <summary>Where something stands in a file, counted from 1; 0 where the reader does not know.</summary>
internal readonly record struct SpecPlace(long Line, long Column)
{
    public static SpecPlace None { get; }

    /// <summary>For instance <c>line 7, column 3: </c>; empty where it is not known.</summary>
    public override string ToString() =>
        Line > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {Line}, column {Column}: ") : "";
}

/// <summary>A piece of a file, the same whatever the file's format.</summary>
internal abstract record SpecNode(SpecPlace Place);

internal enum SpecKind
{
    Null,
    Text,
    Number,
    Flag,
}

/// <summary>A single value.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Kind">What the format takes it for.</param>
/// <param name="Text">As it is written, so that 3.10 does not become 3.1.</param>
/// <param name="IsComputed">Whether the format had made a number of it before anybody saw the text.</param>
internal sealed record SpecScalar(SpecPlace Place, SpecKind Kind, string Text, bool IsComputed = false) : SpecNode(Place);

internal sealed record SpecList(SpecPlace Place, IReadOnlyList<SpecNode> Items) : SpecNode(Place);

/// <summary>Keys and values in the order of the file; a key may still be there twice.</summary>
internal sealed record SpecMap(SpecPlace Place, IReadOnlyList<SpecEntry> Entries) : SpecNode(Place);

internal sealed record SpecEntry(string Key, SpecPlace Place, SpecNode Value);
