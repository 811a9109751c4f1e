using System.Text.Json;
using EtcdAdmin.Database.V2Store;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>Reads the nodes of an answer of API 2.</summary>
internal static class V2ApiNodes
{
    /// <returns>Null if the answer has no node.</returns>
    public static V2Node? Parse(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("node", out JsonElement top)) return null;
        V2Node root = Make(top, "");
        var open = new Stack<(V2Node Node, JsonElement Element)>([(root, top)]);
        while (open.TryPop(out (V2Node Node, JsonElement Element) next))
        {
            if (next.Node.Children is not { } children || !next.Element.TryGetProperty("nodes", out JsonElement nodes)) continue;
            foreach (JsonElement element in nodes.EnumerateArray())
            {
                string key = element.GetProperty("key").GetString() ?? "";
                V2Node child = Make(element, key[(key.LastIndexOf('/') + 1)..]);
                children[child.Name] = child;
                open.Push((child, element));
            }
        }

        return root;
    }

    private static V2Node Make(JsonElement element, string name)
    {
        bool isDirectory = element.TryGetProperty("dir", out JsonElement dir) && dir.GetBoolean();
        V2Node node = isDirectory ? V2Node.Directory(name) : new V2Node(name);
        if (element.TryGetProperty("value", out JsonElement value)) node.Value = value.GetString() ?? "";
        if (element.TryGetProperty("expiration", out JsonElement time)) node.ExpireTime = time.GetDateTimeOffset();
        if (element.TryGetProperty("createdIndex", out JsonElement created)) node.CreatedIndex = created.GetUInt64();
        if (element.TryGetProperty("modifiedIndex", out JsonElement modified)) node.ModifiedIndex = modified.GetUInt64();
        return node;
    }
}
