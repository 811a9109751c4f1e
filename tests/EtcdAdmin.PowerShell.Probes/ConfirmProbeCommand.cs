using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Probes;

/// <summary>Asks from async work.</summary>
[Cmdlet(VerbsLifecycle.Confirm, "EtcdProbe", SupportsShouldProcess = true)]
[OutputType(typeof(bool))]
public sealed class ConfirmProbeCommand : EtcdCmdlet
{
    /// <summary>The thing asked about.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public string Target { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        await Task.Yield();
        await WriteAsync(await ShouldProcessAsync(Target, "Remove member"));
    }
}
