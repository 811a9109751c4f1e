namespace EtcdAdmin.Lab.Commands;

/// <summary>The words of a command line, taken one by one.</summary>
internal sealed class CommandWords(IEnumerable<string> words)
{
    private readonly List<string> _words = [.. words];

    /// <summary>All words that were not taken.</summary>
    public IReadOnlyList<string> Rest => _words;

    /// <summary>Takes the next word; null if there is none.</summary>
    public string? TakeNext()
    {
        string? next = _words.FirstOrDefault();
        if (next is not null) _words.RemoveAt(0);
        return next;
    }

    /// <summary>Takes the next word, which is required.</summary>
    public string Take(string what) => TakeNext() ?? throw new LabException($"{what} is missing. Run 'lab' without arguments for the usage.");

    /// <summary>Takes an option with a value; null if it is not given.</summary>
    public string? TakeOption(string option)
    {
        int at = _words.IndexOf(option);
        if (at < 0) return null;
        if (at + 1 == _words.Count) throw new LabException($"{option} requires a value.");
        string value = _words[at + 1];
        _words.RemoveRange(at, 2);
        return value;
    }

    /// <summary>Takes an option without a value.</summary>
    public bool TakeSwitch(string option) => _words.Remove(option);
}
