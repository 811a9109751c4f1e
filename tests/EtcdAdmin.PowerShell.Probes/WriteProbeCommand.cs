using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Probes;

/// <summary>Writes numbers until it is stopped, and records how it ended.</summary>
[Cmdlet(VerbsCommunications.Write, "EtcdProbe")]
[OutputType(typeof(int))]
public sealed class WriteProbeCommand : EtcdCmdlet
{
    /// <summary>How many numbers; unlimited by default.</summary>
    [Parameter]
    public int Count { get; set; } = int.MaxValue;

    /// <summary>The numbers per page; written one by one by default.</summary>
    [Parameter]
    public int PageSize { get; set; } = 1;

    /// <summary>Receives what happens.</summary>
    [Parameter]
    public Trace? Trace { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        try
        {
            for (int next = 1; next <= Count; next += PageSize)
            {
                Trace?.Add($"producing {next}");
                if (PageSize == 1) await WriteAsync(next);
                else await WritePageAsync([.. Enumerable.Range(next, PageSize)]);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Trace?.Add("cancelled");
            throw;
        }
        finally
        {
            Trace?.Add("ended");
        }
    }
}
