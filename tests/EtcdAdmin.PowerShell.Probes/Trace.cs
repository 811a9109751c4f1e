using System.Collections.Concurrent;

namespace EtcdAdmin.PowerShell.Probes;

/// <summary>Records of the probes for the test that reads them; safe for use by several threads.</summary>
public sealed class Trace
{
    private readonly ConcurrentQueue<string> _entries = new();

    /// <summary>All entries so far.</summary>
    public IReadOnlyList<string> Entries => [.. _entries];

    /// <summary>Adds an entry.</summary>
    public void Add(string entry) => _entries.Enqueue(entry);
}
