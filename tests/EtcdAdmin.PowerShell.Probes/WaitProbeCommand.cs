using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Probes;

/// <summary>Waits forever in one of the three phases, like a core call to a server that does not answer.</summary>
[Cmdlet(VerbsLifecycle.Wait, "EtcdProbe")]
public sealed class WaitProbeCommand : EtcdCmdlet
{
    /// <summary>Begin, Process or End.</summary>
    [Parameter(Mandatory = true)]
    public string Phase { get; set; } = null!; // mandatory

    /// <summary>Receives what happens.</summary>
    [Parameter(Mandatory = true)]
    public Trace Trace { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken stop) => PassAsync("Begin", stop);

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => PassAsync("Process", stop);

    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken stop) => PassAsync("End", stop);

    private async Task PassAsync(string phase, CancellationToken stop)
    {
        Trace.Add(phase);
        if (phase != Phase) return;
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            Trace.Add($"{phase} ended");
        }
    }
}
