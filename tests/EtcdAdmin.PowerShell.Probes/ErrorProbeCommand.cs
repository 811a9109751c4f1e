using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Probes;

/// <summary>Fails on demand.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EtcdProbe")]
[OutputType(typeof(string))]
public sealed class ErrorProbeCommand : EtcdCmdlet
{
    /// <summary>An exception is thrown, a string is written; null does nothing.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    /// <summary>Thrown before the first object.</summary>
    [Parameter]
    public Exception? Begin { get; set; }

    /// <summary>Thrown after the last object.</summary>
    [Parameter]
    public Exception? End { get; set; }

    /// <summary>Each one is treated like <see cref="InputObject"/>, by the helper for many objects.</summary>
    [Parameter]
    public IReadOnlyList<object> Each { get; set; } = [];

    /// <summary>Receives what happens.</summary>
    [Parameter]
    public Trace? Trace { get; set; }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken stop) => PassAsync(Begin);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        await ForEachAsync(Each, (item, _) => PassAsync(item), stop);
        await PassAsync(InputObject);
    }

    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken stop) => PassAsync(End);

    private async Task PassAsync(object? item)
    {
        await Task.Yield();
        object? value = item is PSObject wrapped ? wrapped.BaseObject : item;
        if (value is null) return;
        Trace?.Add(value is Exception ? "throwing" : $"{value}");
        if (value is Exception exception) throw exception;
        await WriteAsync(value);
    }
}
