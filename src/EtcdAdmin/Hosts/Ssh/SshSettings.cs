namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The settings of <c>ssh_config(5)</c> that apply to a connection.</summary>
internal sealed class SshSettings
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads lines of <c>name value</c>; a name may come several times.</summary>
    public static SshSettings Parse(string text)
    {
        var settings = new SshSettings();
        foreach (string line in text.Split('\n'))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0) settings.Add(line[..space], line[(space + 1)..].Trim());
        }

        return settings;
    }

    /// <summary>The first value of a setting, which is the one that counts; null if it is not set.</summary>
    public string? this[string name] => _values.TryGetValue(name, out List<string>? values) ? values[0] : null;

    /// <summary>All values of a setting that adds up, such as IdentityFile.</summary>
    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out List<string>? values) ? values : [];

    /// <summary>Whether a setting has a value other than none.</summary>
    public bool Has(string name) => this[name] is { Length: > 0 } value && !value.Equals("none", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a setting says no.</summary>
    public bool IsOff(string name) => this[name] is "no" or "false";

    /// <summary>Adds a value.</summary>
    public void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out List<string>? values)) _values[name] = values = [];
        values.Add(value);
    }

    /// <summary>Sets all values of a setting anew.</summary>
    public void Replace(string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) _values.Remove(name);
        else _values[name] = [.. values];
    }
}
