namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>The value of <c>feature-gates</c>, such as <c>CompactHashCheck=true,LeaseCheckpoint=false</c>.</summary>
internal static class GateTexts
{
    /// <summary>Reads the gates in the order of their names.</summary>
    public static SortedDictionary<string, bool> Read(string? text)
    {
        var gates = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=', 2);
            gates[pair[0].Trim()] = bool.TryParse(pair.ElementAtOrDefault(1)?.Trim(), out bool isOn) && isOn;
        }

        return gates;
    }

    /// <summary>Writes them; null if there are none.</summary>
    public static string? Write(IEnumerable<KeyValuePair<string, bool>> gates)
    {
        string text = string.Join(',', gates.Select(gate => Write(gate.Key, gate.Value)));
        return text.Length == 0 ? null : text;
    }

    /// <summary>Writes one.</summary>
    public static string Write(string gate, bool isOn) => $"{gate}={(isOn ? "true" : "false")}";
}
