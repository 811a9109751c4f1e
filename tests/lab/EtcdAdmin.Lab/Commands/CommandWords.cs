namespace EtcdAdmin.Lab.Commands;

/// <summary>The words of a command line, taken one by one.</summary>
internal sealed class CommandWords(IEnumerable<string> words)
{
    private readonly List<string> _words = [.. words];

    /// <summary>All that nobody took.</summary>
    public IReadOnlyList<string> Rest => _words;

    /// <summary>The next; null if there is none.</summary>
    public string? TakeNext()
    {
        string? next = _words.FirstOrDefault();
        if (next is not null) _words.RemoveAt(0);
        return next;
    }

    /// <summary>The next, which must be there.</summary>
    public string Take(string what) => TakeNext() ?? throw new LabException($"{what} is missing; 'lab' alone shows how to say it.");

    /// <summary>An option with a value; null if it is not given.</summary>
    public string? TakeOption(string option)
    {
        int at = _words.IndexOf(option);
        if (at < 0) return null;
        if (at + 1 == _words.Count) throw new LabException($"{option} wants a value.");
        string value = _words[at + 1];
        _words.RemoveRange(at, 2);
        return value;
    }

    /// <summary>An option without a value.</summary>
    public bool TakeSwitch(string option) => _words.Remove(option);
}
