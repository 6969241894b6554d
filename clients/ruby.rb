# Ruby: Pgassay.lease gives a fresh database. Save it as pgassay.rb. In Minitest:
#   def setup = @database = Pgassay.lease
#   def teardown = @database.release
# In RSpec: around { |example| @database = Pgassay.lease; example.run; @database.release }
# Run: pgassay exec --workers 4 suites/shop.yaml -- ruby test/all.rb
require "json"
require "net/http"

Pgassay = Struct.new(:url, :path) do
  def self.ask(method, path)
    place = URI(ENV.fetch("PGASSAY_LEASES"))
    answer = Net::HTTP.start(place.host, place.port, nil) { |http| http.send_request(method, path) }
    raise answer.body unless answer.is_a?(Net::HTTPSuccess)

    JSON.parse(answer.body) if answer.body
  end

  def self.lease(name = nil)
    lease = ask("POST", "/databases#{"?database=#{name}" if name}")
    new(lease["url"], "/databases/#{lease["id"]}")
  end

  def reset = Pgassay.ask("POST", "#{path}/reset") # a fresh copy; ends the sessions on it
  def reset_rows = Pgassay.ask("POST", "#{path}/rows") # its rows alone; sessions stay
  def release = Pgassay.ask("DELETE", path)
end
