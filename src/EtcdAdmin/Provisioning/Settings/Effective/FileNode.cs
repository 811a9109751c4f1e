using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>A value in a YAML file, as etcd's reader sees it.</summary>
/// <remarks>Source: <c>ghodss/yaml</c> and <c>sigs.k8s.io/yaml</c> with YAML 1.1 words for true and false. Of two equal names the last one counts.
/// The library's own tree refuses equal names.</remarks>
internal abstract record FileNode
{
    /// <summary>Reads a document; null if it is empty.</summary>
    /// <exception cref="YamlException">It is not YAML.</exception>
    public static FileNode? Read(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _)) return null;
        return Read(parser, new Dictionary<string, FileNode>(StringComparer.Ordinal));
    }

    private static FileNode Read(IParser parser, Dictionary<string, FileNode> anchors)
    {
        if (parser.Current is AnchorAlias alias)
        {
            parser.MoveNext();
            return anchors.GetValueOrDefault(alias.Value.Value) ?? new FileScalar("", IsPlain: true);
        }

        AnchorName anchor = (parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        FileNode node;
        if (parser.Current is Scalar scalar)
        {
            parser.MoveNext();
            node = new FileScalar(scalar.Value, scalar.Style == ScalarStyle.Plain);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<FileNode>();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Read(parser, anchors));
            node = new FileList(items);
        }
        else
        {
            parser.Consume<MappingStart>();
            var entries = new List<(string, FileNode)>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                string name = Read(parser, anchors) is FileScalar key ? key.Text : "";
                entries.Add((name, Read(parser, anchors)));
            }

            node = new FileMap(entries);
        }

        if (!anchor.IsEmpty) anchors[anchor.Value] = node;
        return node;
    }
}

/// <summary>A single value.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsPlain">Whether it has no quotes; only then it can be a number, true or false.</param>
internal sealed record FileScalar(string Text, bool IsPlain) : FileNode
{
    /// <summary>Whether the text sets nothing, so that etcd uses its default.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>True or false; null if it is neither.</summary>
    public bool? Flag => !IsPlain ? null : Text.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "Y" => true,
        "FALSE" or "NO" or "OFF" or "N" => false,
        _ => null,
    };

    /// <summary>The whole number; null if it is not one.</summary>
    public decimal? Number =>
        IsPlain && decimal.TryParse(
            Text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : null;
}

/// <summary>A list.</summary>
internal sealed record FileList(IReadOnlyList<FileNode> Items) : FileNode;

/// <summary>A map, with equal names as often as they are in the file.</summary>
internal sealed record FileMap(IReadOnlyList<(string Name, FileNode Value)> Entries) : FileNode;
