# Evaluates Homebrew's formula against a Formula that records, since brew is nowhere in a package registry.
#
# usage: formula.rb FORMULA SYSTEM CPU [CONTENT PREFIX]     (SYSTEM: macos, linux; CPU: arm, intel)
#
# With CONTENT, an unpacked archive, it installs into PREFIX as brew lays a keg out, and runs the formula's own test.
# Prints as JSON what the formula said. Whatever word of the formula is not known here is an error.
require "fileutils"
require "json"
require "open3"
require "pathname"

FORMULA, SYSTEM, CPU, CONTENT, PREFIX = ARGV
SAID = {}

# brew's own word on a directory: it moves what is there, and nothing else.
class Pathname
  def install(*sources)
    sources.flatten.each do |source|
      pairs = source.is_a?(Hash) ? source.to_a : [[source, File.basename(source)]]
      pairs.each do |from, name|
        raise "brew would find no #{from} in the archive" unless File.exist?(from)
        FileUtils.mkdir_p(self)
        FileUtils.mv(from, self/name)
      end
    end
  end
end

class Formula
  class << self
    def said(name, value)
      raise "#{name} is said twice" if SAID.key?(name)
      SAID[name] = value
    end
    %w[desc homepage license url sha256].each { |name| define_method(name) { |value| said(name, value) } }
    def version(value = nil)
      value ? said("version", value) : SAID["version"]
    end
    %w[macos linux].each { |system| define_method("on_#{system}") { |&block| block.call if system == SYSTEM } }
    %w[arm intel].each { |cpu| define_method("on_#{cpu}") { |&block| block.call if cpu == CPU } }
    def test(&block)
      define_method(:test, &block)
    end
  end

  def version
    self.class.version
  end

  {
    bin: "bin", bash_completion: "etc/bash_completion.d", zsh_completion: "share/zsh/site-functions",
    fish_completion: "share/fish/vendor_completions.d", man1: "share/man/man1"
  }.each { |name, place| define_method(name) { Pathname.new(PREFIX)/place } }

  def shell_output(command)
    output, status = Open3.capture2(command)
    raise "`#{command}` ended with #{status.exitstatus}" unless status.success?
    output
  end

  def assert_equal(expected, seen)
    raise "#{expected.inspect} was expected, here is #{seen.inspect}" unless expected == seen
  end

  def assert_match(expected, seen)
    raise "#{expected.inspect} is not in #{seen.inspect}" unless seen.match?(Regexp.new(Regexp.escape(expected)))
  end
end

load FORMULA
raise "the class is not the one that brew makes of the file's name" unless defined?(GoenvCi) && GoenvCi < Formula
if CONTENT
  formula = GoenvCi.new
  Dir.chdir(CONTENT) { formula.install }
  formula.test
end
puts JSON.generate(SAID)
