using System.Collections.Concurrent;

namespace EtcdAdmin.PowerShell.Probes;

/// <summary>What probes leave behind for the test that looks at them; safe from any thread.</summary>
public sealed class Trace
{
    private readonly ConcurrentQueue<string> _entries = new();

    /// <summary>All entries so far.</summary>
    public IReadOnlyList<string> Entries => [.. _entries];

    /// <summary>Adds one.</summary>
    public void Add(string entry) => _entries.Enqueue(entry);
}
