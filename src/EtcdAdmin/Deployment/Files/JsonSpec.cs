using System.Text;
using System.Text.Json;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Reads JSON that is written by hand, with comments and trailing commas.</summary>
internal static class JsonSpec
{
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static SpecNode Read(byte[] content, string source)
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 64 };
        var reader = new Utf8JsonReader(content, options);
        var walk = new Walk(content, source);
        try
        {
            walk.Next(ref reader);
            SpecNode root = walk.ReadNode(ref reader, 0);
            reader.Read(); // the reader throws on anything after the end
            return root;
        }
        catch (JsonException e)
        {
            // The reader's message ends with the position, which our message begins with.
            string reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw SpecProblems.Refuse(source, new SpecPlace((e.LineNumber ?? -1) + 1, (e.BytePositionInLine ?? -1) + 1),
                $"not valid JSON ({reason})", e);
        }
    }

    private sealed class Walk(byte[] content, string source)
    {
        private readonly SpecBudget _budget = new(source);
        private long _line = 1;
        private long _lineStart;
        private long _seen;

        public void Next(ref Utf8JsonReader reader)
        {
            if (!reader.Read()) throw SpecProblems.Refuse(source, SpecPlace.None, "the file is empty");
        }

        public SpecNode ReadNode(ref Utf8JsonReader reader, int depth)
        {
            SpecPlace place = PlaceOf(reader.TokenStartIndex);
            _budget.Take(place, depth);
            return reader.TokenType switch
            {
                JsonTokenType.StartObject => ReadMap(ref reader, place, depth),
                JsonTokenType.StartArray => ReadList(ref reader, place, depth),
                JsonTokenType.String => new SpecScalar(place, SpecKind.Text, TextOf(ref reader, place)),
                JsonTokenType.Number => new SpecScalar(place, SpecKind.Number, Encoding.ASCII.GetString(reader.ValueSpan)),
                JsonTokenType.True => new SpecScalar(place, SpecKind.Flag, "true"),
                JsonTokenType.False => new SpecScalar(place, SpecKind.Flag, "false"),
                _ => new SpecScalar(place, SpecKind.Null, ""),
            };
        }

        private SpecList ReadList(ref Utf8JsonReader reader, SpecPlace place, int depth)
        {
            List<SpecNode> items = [];
            for (Next(ref reader); reader.TokenType != JsonTokenType.EndArray; Next(ref reader))
                items.Add(ReadNode(ref reader, depth + 1));
            return new SpecList(place, items);
        }

        private SpecMap ReadMap(ref Utf8JsonReader reader, SpecPlace place, int depth)
        {
            List<SpecEntry> entries = [];
            for (Next(ref reader); reader.TokenType != JsonTokenType.EndObject; Next(ref reader))
            {
                SpecPlace keyPlace = PlaceOf(reader.TokenStartIndex);
                string key = TextOf(ref reader, keyPlace);
                Next(ref reader);
                entries.Add(new SpecEntry(key, keyPlace, ReadNode(ref reader, depth + 1)));
            }

            return new SpecMap(place, entries);
        }

        private string TextOf(ref Utf8JsonReader reader, SpecPlace place)
        {
            try
            {
                return reader.GetString() ?? "";
            }
            catch (InvalidOperationException e)
            {
                throw SpecProblems.Refuse(source, place, "this text is not Unicode", e);
            }
        }

        /// <summary>Tokens come in order, so each byte is read once.</summary>
        private SpecPlace PlaceOf(long index)
        {
            for (; _seen < index; _seen++)
            {
                if (content[_seen] != (byte)'\n') continue;
                _line++;
                _lineStart = _seen + 1;
            }

            return new SpecPlace(_line, index - _lineStart + 1);
        }
    }
}
