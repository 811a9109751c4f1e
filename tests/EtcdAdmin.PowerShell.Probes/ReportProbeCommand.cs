using System.Management.Automation;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Probes;

/// <summary>Reports to the pipeline as a core operation does: from other threads, and often.</summary>
[Cmdlet(VerbsData.Out, "EtcdProbe")]
[OutputType(typeof(int))]
public sealed class ReportProbeCommand : EtcdCmdlet
{
    /// <summary>How long progress is reported, in milliseconds.</summary>
    [Parameter]
    public int Milliseconds { get; set; }

    /// <summary>Leaves the activity open, as an operation that fails does.</summary>
    [Parameter]
    public SwitchParameter Unfinished { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        CoreEvents.Report(new MessageEvent("a message"));
        CoreEvents.Report(new WarningEvent("a warning"));
        TimeSpan length = TimeSpan.FromMilliseconds(Milliseconds);
        long start = TimeProvider.System.GetTimestamp();
        for (TimeSpan at = TimeSpan.Zero; at < length; at = TimeProvider.System.GetElapsedTime(start))
        {
            CoreEvents.Report(new ProgressEvent("Counting", $"at {at.TotalMilliseconds:0}", at / length));
            await Task.Delay(1, stop);
        }

        if (!Unfinished) CoreEvents.Report(new ProgressEvent("Counting", "done", 1));
        await WriteAsync(Environment.CurrentManagedThreadId == await OnPipelineAsync(static () => Environment.CurrentManagedThreadId) ? 1 : 0);
    }
}
