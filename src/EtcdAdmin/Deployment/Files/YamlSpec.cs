using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Reads YAML by its events, never into objects. Tags, which could name types, are refused.</summary>
/// <remarks>Plain values as in the core schema of YAML 1.2, without its octal and hexadecimal numbers.</remarks>
internal sealed partial class YamlSpec
{
    private readonly Parser _parser;
    private readonly string _source;
    private readonly SpecBudget _budget;
    private readonly Dictionary<string, SpecNode> _anchors = new(StringComparer.Ordinal);

    private YamlSpec(string text, string source)
    {
        _parser = new Parser(new StringReader(text));
        _source = source;
        _budget = new SpecBudget(source);
    }

    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static SpecNode Read(string text, string source)
    {
        try
        {
            return new YamlSpec(text, source).ReadDocument();
        }
        catch (YamlException e)
        {
            throw SpecProblems.Refuse(source, PlaceOf(e.Start), $"not valid YAML ({e.Message.TrimEnd('.')})", e);
        }
    }

    private SpecNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _)) throw SpecProblems.Refuse(_source, SpecPlace.None, "the file is empty");
        SpecNode root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<StreamEnd>(out _)
            ? root
            : throw SpecProblems.Refuse(_source, PlaceOf(_parser.Current?.Start ?? Mark.Empty), "the file has more than one document");
    }

    private SpecNode ReadNode(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias)) return Resolve(alias, depth);
        var start = _parser.Consume<NodeEvent>();
        SpecPlace place = PlaceOf(start.Start);
        _budget.Take(place, depth);
        if (!start.Tag.IsEmpty) throw SpecProblems.Refuse(_source, place, "tags (!name) are not allowed in a cluster file");
        SpecNode node = start switch
        {
            Scalar scalar => new SpecScalar(place, KindOf(scalar), scalar.Value),
            SequenceStart => ReadList(place, depth),
            _ => ReadMap(place, depth),
        };
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor.Value] = node;
        return node;
    }

    private SpecList ReadList(SpecPlace place, int depth)
    {
        List<SpecNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new SpecList(place, items);
    }

    private SpecMap ReadMap(SpecPlace place, int depth)
    {
        List<SpecEntry> entries = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            SpecNode key = ReadNode(depth + 1);
            if (key is not SpecScalar name) throw SpecProblems.Refuse(_source, key.Place, "a key must be a single word");
            entries.Add(new SpecEntry(name.Text, key.Place, ReadNode(depth + 1)));
        }

        return new SpecMap(place, entries);
    }

    /// <summary>Resolves an alias. The node is the same object as at the anchor, but counts again because it is read again.</summary>
    private SpecNode Resolve(AnchorAlias alias, int depth)
    {
        SpecPlace place = PlaceOf(alias.Start);
        if (!_anchors.TryGetValue(alias.Value.Value, out SpecNode? node))
            throw SpecProblems.Refuse(_source, place, $"there is no complete anchor '&{alias.Value.Value}' before this alias");
        (int count, int levels) = Measure(node);
        _budget.Take(place, depth + levels, count);
        return node;
    }

    // Bounded, because all its nodes have passed the budget.
    private static (int Count, int Levels) Measure(SpecNode node)
    {
        IEnumerable<SpecNode> inner = node switch
        {
            SpecList list => list.Items,
            SpecMap map => map.Entries.Select(e => e.Value),
            _ => [],
        };
        (int count, int levels) = (1, 0);
        foreach ((int more, int deeper) in inner.Select(Measure))
        {
            count += more;
            levels = Math.Max(levels, deeper + 1);
        }

        return (count, levels);
    }

    private static SpecKind KindOf(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain) return SpecKind.Text;
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => SpecKind.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => SpecKind.Flag,
            _ => NumberPattern().IsMatch(scalar.Value) ? SpecKind.Number : SpecKind.Text,
        };
    }

    private static SpecPlace PlaceOf(Mark mark) => new(mark.Line, mark.Column);

    [GeneratedRegex(@"\A[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\z")]
    private static partial Regex NumberPattern();
}
