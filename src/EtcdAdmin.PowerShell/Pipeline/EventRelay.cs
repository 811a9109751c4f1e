using System.Management.Automation;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Pipeline;

/// <summary>Turns the core's events into PowerShell's streams; never blocks the core.</summary>
/// <remarks>Not <see cref="Progress{T}"/>: that one posts through the thread pool, reorders and outlives the cmdlet.</remarks>
internal sealed class EventRelay(PipelinePump pump, Cmdlet cmdlet) : IProgress<EtcdEvent>
{
    /// <inheritdoc/>
    public void Report(EtcdEvent value)
    {
        switch (value)
        {
            case ProgressEvent progress:
                pump.Report(progress);
                break;
            case WarningEvent warning:
                pump.Post(() => cmdlet.WriteWarning(warning.Text));
                break;
            case MessageEvent message:
                pump.Post(() => cmdlet.WriteVerbose(message.Text));
                break;
            default: // an unknown event is still shown
                pump.Post(() => cmdlet.WriteVerbose(value.ToString()));
                break;
        }
    }
}
